// Draws one frame and slice with its contours, plays, and changes the contrast by dragging.

import { outline } from "./contours.js";
import { STRUCTURES } from "./cine.js";

const LINE_PIXELS = 2;
const TALLEST = 0.75;

export class Player {
  constructor(canvas, onFrame) {
    this.canvas = canvas;
    this.onFrame = onFrame;
    this.source = document.createElement("canvas");
    this.shown = new Set(STRUCTURES.map((one) => one.key));
    this.heartOnly = true;
    this.resetWindow();
    this.watchDrag();
    new ResizeObserver(() => this.draw()).observe(canvas.parentElement);
  }

  show(cine, frame, slice) {
    Object.assign(this, { cine, frame, slice });
    this.source.width = cine.columns;
    this.source.height = cine.rows;
    this.draw();
  }

  go(frame, slice) {
    Object.assign(this, { frame, slice });
    this.draw();
  }

  resetWindow() { Object.assign(this, { center: 128, width: 256 }); }

  get isPlaying() { return this.playing !== undefined; }

  play() {
    const cine = this.cine;
    const start = performance.now() - this.frame / cine.frames * cine.beatMs;
    const step = (now) => {
      const frame = cine.frameAt(Math.max(0, now - start));
      if (frame !== this.frame) this.onFrame(frame);
      this.playing = requestAnimationFrame(step);
    };
    this.playing = requestAnimationFrame(step);
  }

  pause() {
    if (this.isPlaying) cancelAnimationFrame(this.playing);
    this.playing = undefined;
  }

  draw() {
    if (!this.cine) return;
    const { cine, canvas } = this;
    const [left, top, width, height] = this.heartOnly ? cine.heart : cine.whole;
    const aspect = (height * cine.rowMm) / (width * cine.columnMm);
    this.resize(aspect);
    this.drawGray();
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(this.source, left, top, width, height, 0, 0, canvas.width, canvas.height);
    const [scaleX, scaleY] = [canvas.width / width, canvas.height / height];
    this.drawContours(context, (x) => (x + 0.5 - left) * scaleX, (y) => (y + 0.5 - top) * scaleY);
  }

  resize(aspect) {
    const wide = this.canvas.clientWidth || 1;
    const high = Math.min(wide * aspect, window.innerHeight * TALLEST);
    const dots = window.devicePixelRatio || 1;
    const size = [Math.round(high / aspect * dots), Math.round(high * dots)];
    this.canvas.style.aspectRatio = `${wide} / ${high}`;
    this.canvas.style.objectFit = "contain";
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1]) {
      [this.canvas.width, this.canvas.height] = size;
    }
  }

  drawGray() {
    const { cine } = this;
    const context = this.source.getContext("2d");
    const picture = context.createImageData(cine.columns, cine.rows);
    const pixels = new Uint32Array(picture.data.buffer);
    const table = this.grayTable();
    cine.plane(cine.images, this.frame, this.slice).forEach((value, index) => {
      pixels[index] = table[value];
    });
    context.putImageData(picture, 0, 0);
  }

  // For each of the 256 values its opaque gray under the present contrast.
  grayTable() {
    const low = this.center - this.width / 2;
    return Uint32Array.from({ length: 256 }, (_, value) => {
      const gray = Math.round(Math.min(255, Math.max(0, (value - low) / this.width * 255)));
      return (255 << 24 | gray << 16 | gray << 8 | gray) >>> 0;
    });
  }

  drawContours(context, toX, toY) {
    const { cine } = this;
    const labels = cine.plane(cine.labels, this.frame, this.slice);
    context.lineWidth = LINE_PIXELS * (window.devicePixelRatio || 1);
    context.lineCap = "round";
    for (const { key, inside } of STRUCTURES.toReversed()) {
      if (!this.shown.has(key)) continue;
      context.beginPath();
      outline(labels, cine.columns, cine.rows, inside, (x0, y0, x1, y1) => {
        context.moveTo(toX(x0), toY(y0));
        context.lineTo(toX(x1), toY(y1));
      });
      context.strokeStyle = cine.colors[key];
      context.stroke();
    }
  }

  watchDrag() {
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      this.drag = [event.clientX, event.clientY, this.width, this.center];
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!this.drag) return;
      const [x, y, width, center] = this.drag;
      this.width = Math.max(8, width + event.clientX - x);
      this.center = Math.min(300, Math.max(-40, center + event.clientY - y));
      this.draw();
    });
    for (const end of ["pointerup", "pointercancel"]) {
      this.canvas.addEventListener(end, () => { this.drag = undefined; });
    }
  }
}
