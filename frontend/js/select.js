// Choosing rows: a box per row, one for the page, and 「全部N个」 for everything the list matches (data-total of the table,
// or of the offer where the count comes later). What only works on ticked rows (data-select-ticked) then hides.
import { say } from "./say.js";

const boxes = (table) => [...table.querySelectorAll("input[data-select-row]")];
const barOf = (table) => document.querySelector(table.dataset.selectBar);

function show(table) {
  const all = boxes(table);
  const chosen = all.filter((box) => box.checked);
  for (const box of all) box.closest("tr").classList.toggle("selected", box.checked);
  const head = table.querySelector("input[data-select-page]");
  if (head) {
    head.checked = all.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  showBar(table, chosen.length, all.length);
}

function totalOf(table, bar, otherwise) {
  return Number(table.dataset.total || bar.querySelector("[data-select-offer]")?.dataset.total || otherwise);
}

function showBar(table, chosen, onPage) {
  const bar = barOf(table);
  if (!bar) return;
  const everything = bar.querySelector("input[data-select-all-matching]");
  const offer = bar.querySelector("[data-select-offer]");
  const total = totalOf(table, bar, onPage);
  if (everything && chosen < onPage) everything.value = "";
  const isAll = everything && everything.value === "1";
  bar.hidden = chosen === 0;
  bar.querySelector("[data-select-count]").textContent = isAll ? total : chosen;
  for (const one of bar.querySelectorAll("[data-select-ticked]")) one.hidden = Boolean(isAll);
  if (offer) offer.hidden = isAll || chosen < onPage || total <= onPage;
}

export function startSelections(root) {
  for (const table of root.querySelectorAll("table[data-select-bar]")) show(table);
}

document.addEventListener("change", (event) => {
  const table = event.target.closest("table[data-select-bar]");
  if (!table) return;
  if (event.target.matches("[data-select-page]")) for (const box of boxes(table)) box.checked = event.target.checked;
  show(table);
});

document.addEventListener("click", (event) => {
  const offer = event.target.closest("[data-select-offer], [data-select-none]");
  if (!offer) return;
  const bar = offer.closest(".select-bar");
  const table = [...document.querySelectorAll("table[data-select-bar]")].find((one) => barOf(one) === bar);
  if (!table) return;
  if (offer.hasAttribute("data-select-none")) for (const box of boxes(table)) box.checked = false;
  else bar.querySelector("input[data-select-all-matching]").value = "1";
  show(table);
  say(offer.hasAttribute("data-select-none") ? "已取消选择" : `已选择全部${totalOf(table, bar, 0)}个`);
});

document.addEventListener("htmx:oobAfterSwap", () => startSelections(document)); // the count has come
