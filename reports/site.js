// Search and filters of a site's tables. What is asked stands in the address, beside what page.js keeps there. Text of the data
// is only ever compared, never made into markup.
"use strict";

/** What the address asks for; a hash without `=` is an anchor. */
function askedByAddress() {
  return new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
}

{
  const form = document.querySelector(".filters");
  const rows = form === null ? [] : [...form.nextElementSibling.querySelectorAll("tbody tr")];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const fields = form === null ? [] : [...form.querySelectorAll("input, select")];

  /** Brings rows and fields to what the address says. */
  const show = () => {
    const state = askedByAddress();
    for (const field of fields)
      if (field.value !== (state.get(field.name) ?? "")) field.value = state.get(field.name) ?? "";
    const words = (state.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = fields.filter(({ name, value }) => name !== "q" && value !== "");
    let count = 0;
    for (const row of rows) {
      const isShown =
        words.every((word) => texts.get(row).includes(word)) &&
        chosen.every(({ name, value }) => row.dataset[name] === value);
      row.hidden = !isShown;
      count += Number(isShown);
    }
    form.querySelector("output").textContent = `${count} of ${rows.length}`;
  };

  const ask = () => {
    const state = askedByAddress();
    for (const { name, value } of fields) {
      if (value === "") state.delete(name);
      else state.set(name, value);
    }
    // A hash without an anchor of that name leaves the page where it is; page.js hears of the change.
    location.replace(`#${String(state) || "all="}`);
    show();
  };

  if (form !== null) {
    form.hidden = false;
    form.addEventListener("input", ask);
    form.addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", show);
    show();
  }
}
