// A file input inside .drop-zone[data-drop] also takes files that are dropped on the zone, and says what was chosen.
// In a form[data-send-chosen] the choice is sent at once; the button stays for those without scripts.
import { say } from "./say.js";

const MEGABYTE = 1024 * 1024;

function sizeOf(file) {
  return file.size >= MEGABYTE ? `${(file.size / MEGABYTE).toFixed(1)} MB` : `${Math.max(1, Math.round(file.size / 1024))} KB`;
}

/** Return the sentence that refuses the file, or an empty string. The server checks again. */
function refusal(input, file) {
  const limit = Number(input.dataset.maxMb || 0);
  if (limit && file.size > limit * MEGABYTE) return `文件“${file.name}”有${sizeOf(file)}，超过${limit} MB，请精简后再上传。`;
  const kinds = input.accept.split(",").map((kind) => kind.trim().toLowerCase()).filter((kind) => kind.startsWith("."));
  if (kinds.length && !kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) {
    return `不支持文件“${file.name}”，${input.dataset.otherKind || `请使用${kinds.join("、")}文件。`}`;
  }
  return "";
}

function showChosen(zone, input) {
  const place = zone.querySelector("[data-drop-chosen]");
  const files = [...input.files];
  const problem = files.map((file) => refusal(input, file)).find(Boolean);
  if (problem) input.value = "";
  say(problem, { error: Boolean(problem) });
  if (place) place.textContent = problem || files.map((file) => `已选择：${file.name}（${sizeOf(file)}）`).join("；");
  const form = input.form;
  if (!problem && files.length && form && form.matches("[data-send-chosen]")) form.requestSubmit();
}

function startZone(zone) {
  const input = zone.querySelector('input[type="file"]');
  if (!input || zone.dataset.dropReady) return;
  zone.dataset.dropReady = "1";
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => showChosen(zone, input));
}

export function startDrops(root) {
  const zones = [...root.querySelectorAll("[data-drop]")].map((one) => (one.tagName === "INPUT" ? one.parentElement : one));
  for (const zone of zones) startZone(zone);
}

// A file dropped beside the zone must not replace the page and what was typed on it.
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => {
    if (event.dataTransfer && [...event.dataTransfer.types].includes("Files")) event.preventDefault();
  });
}
