// A button with data-toggle="#id" opens and closes a part of the page, such as the counties under 其他特色园区.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toggle]");
  if (!button) return;
  const part = document.querySelector(button.dataset.toggle);
  part.hidden = !part.hidden;
  button.setAttribute("aria-expanded", String(!part.hidden));
});
