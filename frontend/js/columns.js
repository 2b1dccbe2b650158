// On the page 列的对应 a column shows its unit only while it is read as an amount.
document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-column-field]");
  if (!field) return;
  const row = field.closest("tr");
  const amounts = field.form.dataset.columns.split(" ");
  row.querySelector("[data-column-unit]").hidden = !amounts.includes(field.value);
  row.classList.toggle("is-unread", !field.value);
});
