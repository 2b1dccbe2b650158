// A form that outlived its session: after log-in the page carries what had been typed, as JSON in #pending-form.
import { markDirty } from "./forms.js";

const NEVER = new Set(["csrfmiddlewaretoken"]);
const VERSION = "version"; // goes back as it was: if somebody saved meanwhile, both texts must be shown
const SENTENCE = "登录已过期，您填写的内容已恢复，请核对后提交。";
const FILES = "文件需要重新选择。";

/** Fill one control group and return whether it existed. `values` are all values sent under the name. */
function fill(form, name, values) {
  const controls = [...form.elements].filter((control) => control.name === name && control.type !== "file");
  if (!controls.length) return false;
  const rest = [...values];
  for (const control of controls) {
    if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
    else if (control.tagName === "SELECT" && control.multiple) for (const option of control.options) option.selected = values.includes(option.value);
    else if ((control.type !== "hidden" || name === VERSION) && rest.length) control.value = rest.shift();
  }
  return true;
}

/** Boxes that were not ticked are not sent: an absent name means unticked. */
function untick(form, fields) {
  for (const control of form.elements) if (control.type === "checkbox" && !(control.name in fields)) control.checked = false;
}

function show(form, text) {
  const note = document.createElement("div");
  note.className = "message warning";
  note.setAttribute("role", "status");
  note.tabIndex = -1;
  note.textContent = text;
  form.prepend(note);
  note.focus();
}

export function restorePendingForm() {
  const data = document.getElementById("pending-form");
  if (!data) return;
  const { fields = {}, message = SENTENCE } = JSON.parse(data.textContent);
  const names = Object.keys(fields).filter((name) => !NEVER.has(name));
  const matching = (form) => names.filter((name) => form.elements.namedItem(name)).length;
  const forms = [...document.querySelectorAll("main form")].filter((form) => form.method === "post");
  const form = forms.sort((a, b) => matching(b) - matching(a))[0];
  if (!form || !matching(form)) return;
  for (const name of names) fill(form, name, [].concat(fields[name]).map(String));
  untick(form, fields);
  markDirty(form);
  show(form, form.querySelector('input[type="file"]') ? message + FILES : message);
}
