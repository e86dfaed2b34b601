// The viewer's keys; fields, sliders and buttons keep their own.

const TAKES_ALL_KEYS = "input[type=number], select, textarea";
const TAKES_ARROWS = "input";
const TAKES_SPACE = "button, input, summary, a";

const KEYS = {
  " ": (viewer) => viewer.togglePlay(),
  ArrowLeft: (viewer) => viewer.jump((viewer.frame - 1 + viewer.cine.frames) % viewer.cine.frames),
  ArrowRight: (viewer) => viewer.jump((viewer.frame + 1) % viewer.cine.frames),
  ArrowUp: (viewer) => viewer.go(viewer.frame, viewer.slice - 1),
  ArrowDown: (viewer) => viewer.go(viewer.frame, viewer.slice + 1),
  e: (viewer) => viewer.jump(viewer.cine.report.ed_frame),
  s: (viewer) => viewer.jump(viewer.cine.report.es_frame),
  c: (viewer) => viewer.toggleContours(),
  z: (viewer) => viewer.toggleZoom(),
  r: (viewer) => viewer.resetWindow(),
};

function belongsElsewhere(event) {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || target.matches(TAKES_ALL_KEYS)) return true;
  if (key === " ") return target.matches(TAKES_SPACE);
  // Up and down scroll the page unless the image has the focus.
  if (key === "ArrowUp" || key === "ArrowDown") return !target.matches("canvas");
  return key.startsWith("Arrow") && target.matches(TAKES_ARROWS);
}

export function watchKeys(viewer) {
  document.addEventListener("keydown", (event) => {
    const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || !viewer.isOpen || belongsElsewhere(event)) return;
    event.preventDefault();
    action(viewer);
  });
}
