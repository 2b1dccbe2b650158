// Forms: no double sending, a warning before typed text is lost, and the first error in focus.
const dirty = new Set();
let leaving = false;

const isGuarded = (form) => form && form.matches("form[data-guard]");

document.addEventListener("input", (event) => {
  if (isGuarded(event.target.form)) dirty.add(event.target.form);
});

window.addEventListener("beforeunload", (event) => {
  for (const form of dirty) if (!form.isConnected) dirty.delete(form);
  if (leaving || !dirty.size) return;
  event.preventDefault();
  event.returnValue = "您填写的内容还没有保存。";
});

/** A second click on 提交 must not send twice; the button wakes up again if the page stays (a download, a lost line). */
const BUSY_MS = 8000;

function hold(form) {
  const buttons = [...form.querySelectorAll("button[type=submit], button:not([type])")];
  for (const button of buttons) button.setAttribute("aria-busy", "true");
  form.dataset.sent = "1";
  setTimeout(() => {
    delete form.dataset.sent;
    leaving = false;
    for (const button of buttons) button.removeAttribute("aria-busy");
  }, BUSY_MS);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.closest("[hx-post], [data-hx-post]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented) return;
  leaving = true;
  hold(form);
});

window.addEventListener("pageshow", () => {
  leaving = false;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) dirty.delete(event.detail.elt.closest("form"));
});

/** Mark a form as holding text that is not saved yet. */
export function markDirty(form) {
  if (isGuarded(form)) dirty.add(form);
}

export function startForms(root) {
  const summary = root.querySelector(".error-summary");
  if (!summary) return;
  summary.focus();
  markDirty(summary.closest("form"));
  if (root === document) document.title = `有错误：${document.title}`;
}

// data-submit-on-change: filters that act at once. A script never takes the button away: it stays for those without.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && form.matches("[data-submit-on-change]")) form.requestSubmit();
});
