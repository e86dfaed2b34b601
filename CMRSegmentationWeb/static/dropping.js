// The files that were dropped or chosen, with their paths within a dropped folder.

function filesOfEntry(entry, path) {
  const name = path ? `${path}/${entry.name}` : entry.name;
  if (entry.isFile) {
    return new Promise((resolve, reject) =>
      entry.file((file) => resolve([{ name, file }]), reject));
  }
  return filesOfFolder(entry.createReader(), name);
}

async function filesOfFolder(reader, name) {
  const found = [];
  for (;;) {
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return found;
    for (const entry of entries) found.push(...await filesOfEntry(entry, name));
  }
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  const lists = await Promise.all(entries.map((entry) => filesOfEntry(entry, "")));
  return { name: entries.map((entry) => entry.name).join(", "), files: lists.flat() };
}

function chosen(input) {
  const files = [...input.files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
  const tops = [...new Set(files.map((one) => one.name.split("/")[0]))];
  input.value = "";
  return { name: tops.join(", "), files };
}

// Calls onFiles with { name, files: [{ name, file }] }, or a promise of it, for every drop and choice.
export function watchFiles(area, inputs, onFiles) {
  const over = (is) => (event) => { event.preventDefault(); area.classList.toggle("over", is); };
  document.addEventListener("dragover", over(true));
  document.addEventListener("dragleave", over(false));
  document.addEventListener("drop", (event) => {
    over(false)(event);
    onFiles(dropped(event.dataTransfer));
  });
  for (const input of inputs) input.addEventListener("change", () => onFiles(chosen(input)));
}
