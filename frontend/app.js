// Behaviour of the pages, attached by data attributes. Each module starts itself on a root: the document, or what htmx put in.
import "./js/net.js";
import "./js/copy.js";
import "./js/menus.js";
import "./js/toggle.js";
import "./js/columns.js";
import "./js/grid.js";
import { startDrops } from "./js/drop.js";
import { startForms } from "./js/forms.js";
import { startMoney } from "./js/money.js";
import { restorePendingForm } from "./js/restore.js";
import { startSelections } from "./js/select.js";
import { startTables } from "./js/tables.js";

function start(root) {
  startTables(root);
  startSelections(root);
  startForms(root);
  startDrops(root);
  startMoney(root);
}

document.addEventListener("DOMContentLoaded", () => {
  start(document);
  restorePendingForm();
});
document.addEventListener("htmx:afterSettle", (event) => start(event.target));
