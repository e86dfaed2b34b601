// Outlines of a labeled slice by marching squares; coordinates are those of pixel centers.

// For each case of the four corners (1 upper left, 2 upper right, 4 lower right, 8 lower left), the
// edges that a line connects: 0 top, 1 right, 2 bottom, 3 left.
const LINES = [
  [], [[3, 0]], [[0, 1]], [[3, 1]], [[1, 2]], [[3, 0], [1, 2]], [[0, 2]], [[3, 2]],
  [[2, 3]], [[2, 0]], [[0, 1], [2, 3]], [[2, 1]], [[1, 3]], [[1, 0]], [[0, 3]], [],
];
const MIDDLES = [[0.5, 0], [1, 0.5], [0.5, 1], [0, 0.5]];

// Calls line(x0, y0, x1, y1) for every piece of the outline of the pixels that are inside.
export function outline(labels, columns, rows, inside, line) {
  const at = (x, y) => x >= 0 && y >= 0 && x < columns && y < rows && inside(labels[y * columns + x]);
  for (let y = -1; y < rows; y += 1) {
    let left = at(-1, y) | (at(-1, y + 1) << 3);
    for (let x = -1; x < columns; x += 1) {
      const right = (at(x + 1, y) << 1) | (at(x + 1, y + 1) << 2);
      for (const [from, to] of LINES[left | right]) {
        line(x + MIDDLES[from][0], y + MIDDLES[from][1], x + MIDDLES[to][0], y + MIDDLES[to][1]);
      }
      left = (right >> 1 & 1) | (right >> 2 & 1) << 3;
    }
  }
}
