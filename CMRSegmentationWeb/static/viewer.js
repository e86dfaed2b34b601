// The result of a job: player, sliders, curves, maps and tables that follow one frame and slice.

import { byId, element, numberIn } from "./dom.js";
import { Cine, STRUCTURES } from "./cine.js";
import { Player } from "./player.js";
import { drawCurves, sizesOf } from "./curves.js";
import { drawTrust } from "./trust_map.js";
import { drawDownloads, drawFindings, drawMeasures } from "./tables.js";
import { watchKeys } from "./keys.js";
import { drawRegional } from "./regional.js";
import { drawStudy } from "./study.js";
import {
  animationAddress, dicomAddress, fileAddress, getCines, getFirstLooks, getStudies, measureAgain,
} from "./server.js";

const wantsStillness = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// The fields of the patient, and what the server calls them in a cine.
const PATIENT = { heart_rate: "heart_rate_bpm", height_cm: "height_cm", weight_kg: "weight_kg" };

export class Viewer {
  constructor(onError) {
    this.onError = onError;
    this.player = new Player(byId("canvas"), (frame) => this.go(frame, this.slice));
    this.wire();
    watchKeys(this);
  }

  get isOpen() { return this.cine !== undefined; }

  async open(job) {
    this.close();
    this.job = job;
    this.isFirstLook = job.state !== "done";
    const entries = await (this.isFirstLook ? getFirstLooks : getCines)(job.id);
    if (this.job !== job) return;
    this.list(entries);
    const shortAxis = this.entries.findIndex(({ report }) => report.input.view === "sax");
    await Promise.all([this.openCine(Math.max(0, shortAxis)), this.drawStudy()]);
  }

  // The rest of a job whose contours were shown while it ran; the place that is shown stays.
  async complete(job) {
    const { cine } = this;
    Object.assign(this, { job, isFirstLook: false });
    const entries = await getCines(job.id);
    if (this.job !== job) return;
    const number = entries.findIndex(({ key }) => key === cine?.key);
    if (number < 0) {
      await this.open(job);
      return;
    }
    this.list(entries);
    byId("cine").value = number;
    cine.number = number;
    cine.update(entries[number]);
    this.drawReport();
    this.go(this.frame, this.slice);
    await this.drawStudy();
  }

  list(entries) {
    this.entries = entries;
    byId("cine").replaceChildren(...entries.map((entry, number) =>
      element("option", { value: number }, entry.name)));
    byId("cine-choice").hidden = entries.length < 2;
  }

  async drawStudy() {
    const { job, entries } = this;
    if (this.isFirstLook || entries.length < 2) {
      byId("study").hidden = true;
      return;
    }
    const studies = await getStudies(job.id);
    if (this.job !== job) return;
    const onCine = (number) => {
      this.try(() => this.openCine(number));
      byId("result").scrollIntoView();
    };
    drawStudy(job, entries, studies, onCine);
  }

  async openCine(number) {
    const { job } = this;
    const choice = Symbol("choice");
    this.choice = choice;
    const list = this.isFirstLook ? "first" : "cines";
    const cine = await Cine.load(job.id, list, number, this.entries[number]);
    if (this.job !== job || this.choice !== choice) return;
    cine.update(this.entries[number]); // it may have been measured again meanwhile
    this.pause();
    this.cine = cine;
    byId("cine").value = number;
    byId("result").hidden = false;
    byId("result-name").textContent = cine.name;
    byId("frame").max = cine.frames - 1;
    byId("slice").max = cine.slices - 1;
    byId("slice-label").hidden = cine.slices === 1;
    byId("play").disabled = cine.frames < 2;
    this.frame = cine.report.ed_frame;
    this.slice = cine.fullestSlice(this.frame);
    this.drawReport();
    this.player.resetWindow();
    this.player.show(cine, this.frame, this.slice);
    this.go(this.frame, this.slice);
    if (cine.frames > 1 && !wantsStillness()) this.togglePlay();
  }

  close() {
    this.pause();
    this.job = this.cine = this.player.cine = undefined;
    this.isFirstLook = false;
    byId("result").hidden = byId("study").hidden = true;
  }

  drawReport() {
    const { report } = this.cine;
    const sizes = sizesOf(report);
    const toPlace = (frame, slice) => { this.pause(); this.go(frame ?? this.frame, slice ?? this.slice); };
    byId("following").hidden = !this.isFirstLook;
    byId("panels").hidden = this.isFirstLook;
    for (const [name, color] of Object.entries(this.cine.colors)) {
      document.documentElement.style.setProperty(`--${name}`, color);
    }
    byId("curves-title").textContent = sizes.title;
    this.moveCurves = drawCurves(byId("curves"), sizes, report, (frame) => toPlace(frame));
    this.moveRegional = drawRegional(report, this.cine.scales, toPlace);
    this.moveTrust = drawTrust(byId("trust"), report.trust, toPlace);
    drawFindings(byId("findings"), report.findings, toPlace);
    this.drawMeasures();
    this.drawForm();
    this.drawDownloads();
    byId("to-es").disabled = report.es_frame === null;
  }

  // The phases and the patient that the measures rest on; a single phase leaves nothing to choose.
  drawForm() {
    const { report, frames } = this.cine;
    for (const [id, frame] of [["ed", report.ed_frame], ["es", report.es_frame]]) {
      byId(`${id}-label`).hidden = byId(id).disabled = frames < 2;
      byId(id).max = frames;
      byId(id).value = frame === null ? "" : frame + 1;
    }
    for (const [id, name] of Object.entries(PATIENT)) byId(`again_${id}`).value = this.cine.patient[name] ?? "";
  }

  drawMeasures() {
    drawMeasures(byId("measures"), this.cine.report.measures, byId("definitions").checked);
  }

  go(frame, slice) {
    const { cine } = this;
    this.frame = Math.min(cine.frames - 1, Math.max(0, frame));
    const isOtherSlice = this.slice !== slice;
    this.slice = Math.min(cine.slices - 1, Math.max(0, slice));
    this.player.go(this.frame, this.slice);
    byId("frame").value = this.frame;
    byId("slice").value = this.slice;
    byId("frame").setAttribute("aria-valuetext", `${this.frame + 1} of ${cine.frames}`);
    byId("slice").setAttribute("aria-valuetext", `${this.slice + 1} of ${cine.slices}`);
    const time = cine.timesMs ? ` · ${Math.round(cine.timesMs[this.frame])} ms` : " · rate not known";
    const slices = cine.slices === 1 ? "" : ` · slice ${this.slice + 1} of ${cine.slices}`;
    const text = `Phase ${this.frame + 1} of ${cine.frames}${this.phaseName()}${time}${slices}`;
    byId("place").textContent = text;
    byId("canvas").setAttribute("aria-label", `Cine with contours. ${text}`);
    this.moveCurves(this.frame);
    this.moveRegional(this.frame);
    this.moveTrust(this.frame, this.slice);
    if (isOtherSlice) this.drawDownloads();
  }

  phaseName() {
    const { ed_frame: ed, es_frame: es } = this.cine.report;
    if (es === null) return "";
    return this.frame === ed ? " (end-diastole)" : this.frame === es ? " (end-systole)" : "";
  }

  drawDownloads() {
    const { job, number } = this.cine;
    drawDownloads(byId("downloads"), this.cine, {
      file: (name) => fileAddress(job, number, name),
      dicom: (name) => dicomAddress(job, number, name),
      animation: animationAddress(job, number, this.slice),
    });
  }

  togglePlay() {
    if (this.player.isPlaying) return this.pause();
    if (this.cine.frames < 2) return undefined;
    this.player.play();
    byId("play").textContent = "Pause";
    return undefined;
  }

  pause() {
    this.player.pause();
    byId("play").textContent = "Play";
  }

  jump(frame) {
    if (frame === null) return;
    this.pause();
    this.go(frame, this.slice);
  }

  toggleZoom() {
    this.player.heartOnly = !this.player.heartOnly;
    byId("zoom").setAttribute("aria-pressed", this.player.heartOnly);
    this.player.draw();
  }

  resetWindow() {
    this.player.resetWindow();
    this.player.draw();
  }

  showStructures() {
    this.player.shown = new Set(STRUCTURES.map((one) => one.key)
      .filter((key) => byId(`show-${key}`).checked));
    this.player.draw();
  }

  toggleContours() {
    const boxes = STRUCTURES.map((one) => byId(`show-${one.key}`));
    const show = boxes.every((box) => !box.checked);
    for (const box of boxes) box.checked = show;
    this.showStructures();
  }

  async measureAgain() {
    const { cine, job } = this;
    const phase = (id) => byId(id).disabled ? null : byId(id).valueAsNumber - 1;
    const patient = Object.fromEntries(Object.keys(PATIENT).map((id) => [id, numberIn(`again_${id}`)]));
    const choices = { ...patient, ed: phase("ed"), es: phase("es") };
    const entry = await measureAgain(cine.job, cine.number, choices);
    if (this.job !== job) return;
    this.entries[cine.number] = entry;
    if (this.cine?.number === cine.number) {
      this.cine.update(entry);
      this.drawReport();
      this.go(this.frame, this.slice);
    }
    await this.drawStudy();
  }

  // What people ask for; what failed before is not told any more.
  try(action) {
    this.onError(null);
    action().catch(this.onError);
  }

  wire() {
    const on = (id, event, action) => byId(id).addEventListener(event, action);
    on("play", "click", () => this.togglePlay());
    on("to-ed", "click", () => this.jump(this.cine.report.ed_frame));
    on("to-es", "click", () => this.jump(this.cine.report.es_frame));
    on("zoom", "click", () => this.toggleZoom());
    on("window", "click", () => this.resetWindow());
    on("frame", "input", () => this.jump(byId("frame").valueAsNumber));
    on("slice", "input", () => this.go(this.frame, byId("slice").valueAsNumber));
    on("definitions", "change", () => this.drawMeasures());
    for (const { key } of STRUCTURES) on(`show-${key}`, "change", () => this.showStructures());
    on("cine", "change", () => this.try(() => this.openCine(Number(byId("cine").value))));
    on("phases", "submit", (event) => {
      event.preventDefault();
      this.try(() => this.measureAgain());
    });
  }
}
