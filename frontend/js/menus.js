// Drop-down menus (details.drop, details.why) close as people expect; dialogs open and close; columns move up and down.
const OPEN = "details.drop[open], details.why[open]";

function closeMenus(except) {
  for (const menu of document.querySelectorAll(OPEN)) if (!menu.contains(except)) menu.open = false;
}

document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest && event.target.closest(OPEN);
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const items = [...menu.querySelectorAll("summary, a, button, input, select")];
  const next = items[items.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.querySelector(opener.dataset.dialog);
    if (dialog && dialog.showModal) {
      event.preventDefault();
      closeMenus(dialog);
      dialog.showModal();
      dialog.addEventListener("close", () => opener.focus(), { once: true });
    }
    return;
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) closer.closest("dialog").close();
  if (event.target.tagName === "DIALOG") closeOutside(event);
});

/** A click on the dialog element itself but outside its box is a click on the veil. */
function closeOutside(event) {
  const box = event.target.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) event.target.close();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  event.preventDefault();
  const item = button.closest("li");
  const up = button.dataset.move === "up";
  const other = up ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  item.parentNode.insertBefore(up ? item : other, up ? other : item);
  button.focus();
});
