// Elements made from data; text is always set as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

// What a field for a number holds; null where it is empty.
export const numberIn = (id) => byId(id).value === "" ? null : byId(id).valueAsNumber;

// A number's text; what rounds to nothing has no sign.
export const fixed = (value, decimals) => (Number(value.toFixed(decimals)) || 0).toFixed(decimals);

function make(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

export const element = (tag, properties = {}, ...children) =>
  make(document.createElement(tag), properties, children);

export const shape = (tag, properties = {}, ...children) =>
  make(document.createElementNS(SVG, tag), properties, children);
