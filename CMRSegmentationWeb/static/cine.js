// A segmented cine in the page's memory: images, labels and report.

import { getVoxels } from "./server.js";

const USUAL_FRAME_MS = 40;
const MARGIN_MM = 18;

export const STRUCTURES = [
  { key: "lv", name: "LV", inside: (label) => label === 1 },
  { key: "myo", name: "Myocardium", inside: (label) => label === 1 || label === 2 },
  { key: "rv", name: "RV", inside: (label) => label === 3 },
];

export class Cine {
  constructor(job, number, entry, images, labels) {
    Object.assign(this, { job, number, images, labels });
    this.update(entry);
    [this.frames, this.slices, this.rows, this.columns] = this.report.input.shape_tzyx;
    [, this.rowMm, this.columnMm] = this.report.input.spacing_zyx_mm;
    this.heart = this.findHeart();
  }

  static async load(job, list, number, entry) {
    const voxels = ["images", "labels"].map((kind) => getVoxels(job, list, number, kind));
    return new Cine(job, number, entry, ...await Promise.all(voxels));
  }

  update(entry) {
    this.name = entry.name;
    this.key = entry.key;
    this.files = entry.files;
    this.dicomFiles = entry.dicom_files;
    this.report = entry.report;
    this.patient = entry.patient;
    this.colors = entry.colors;
    this.scales = entry.scales;
  }

  get timesMs() { return this.report.input.frame_times_ms; }

  get beatMs() {
    const times = this.timesMs;
    if (!times || times.length < 2) return this.frames * USUAL_FRAME_MS;
    return (times.at(-1) - times[0]) * this.frames / (this.frames - 1);
  }

  // The frame that is seen so long after the first one.
  frameAt(ms) { return Math.floor((ms % this.beatMs) / this.beatMs * this.frames); }

  plane(voxels, frame, slice) {
    const size = this.rows * this.columns;
    const start = (frame * this.slices + slice) * size;
    return voxels.subarray(start, start + size);
  }

  // The slice with the most of the left ventricle (or of anything) in a frame.
  fullestSlice(frame) {
    const count = (slice) => this.plane(this.labels, frame, slice)
      .reduce((sum, label) => sum + (label === 1 ? 3 : label ? 1 : 0), 0);
    const counts = Array.from({ length: this.slices }, (_, slice) => count(slice));
    return counts.indexOf(Math.max(...counts));
  }

  // [left, top, width, height] in pixels around all that is labeled.
  findHeart() {
    let [left, right, top, bottom] = [this.columns, -1, this.rows, -1];
    for (let index = 0; index < this.labels.length; index += 1) {
      if (!this.labels[index]) continue;
      const x = index % this.columns;
      const y = Math.floor(index / this.columns) % this.rows;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    }
    if (right < 0) return this.whole;
    const [dx, dy] = [MARGIN_MM / this.columnMm, MARGIN_MM / this.rowMm];
    const [x0, y0] = [Math.max(0, left - dx), Math.max(0, top - dy)];
    return [x0, y0, Math.min(this.columns, right + dx + 1) - x0, Math.min(this.rows, bottom + dy + 1) - y0];
  }

  get whole() { return [0, 0, this.columns, this.rows]; }
}
