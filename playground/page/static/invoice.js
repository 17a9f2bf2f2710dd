"use strict";
/* What a person does with one invoice on its own page in Billomat; the page is read anew afterwards. */

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-post]");
  if (!button) return;
  const { post, ...body } = button.dataset;
  await fetch(`/do/${post}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...document.body.dataset, ...body }),
  });
  location.reload();
});
