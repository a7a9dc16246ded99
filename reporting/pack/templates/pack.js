// Finds, filters and sorts the tables that have a form over them. Without JavaScript the forms stay hidden.
for (const form of document.querySelectorAll("form.filters")) {
  const table = document.getElementById(form.dataset.for), body = table.tBodies[0], rows = [...body.rows];
  const text = (row, column) => row.cells[column].textContent.trim();
  const show = () => {
    const wanted = form.querySelector("input").value.toLowerCase();
    const chosen = [...form.querySelectorAll("select")].filter(select => select.value);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted) || chosen.some(select => text(row, select.dataset.column) !== select.value);
      shown += !row.hidden;
    }
    form.querySelector("output").textContent = `${shown} of ${rows.length} rows`;
  };
  for (const select of form.querySelectorAll("select"))
    for (const value of [...new Set(rows.map(row => text(row, select.dataset.column)))].sort()) select.add(new Option(value, value));
  form.addEventListener("input", show);
  form.addEventListener("submit", event => event.preventDefault());
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    button.addEventListener("click", () => {
      const up = heading.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", up ? "ascending" : "descending");
      const sorted = rows.toSorted((a, b) => text(a, column).localeCompare(text(b, column), "en-GB", { numeric: true }) * (up ? 1 : -1));
      body.append(...sorted);
    });
    heading.replaceChildren(button);
  });
  form.hidden = false;
  for (const link of document.querySelectorAll(`a[data-choose][href="#${form.closest("section").id}"]`))
    link.addEventListener("click", () => { form.reset(); form.querySelector("select").value = link.dataset.choose; show(); });
  // a link into a filtered table shows its row again
  addEventListener("hashchange", () => {
    const row = document.getElementById(location.hash.slice(1));
    if (row && rows.includes(row) && row.hidden) { form.reset(); show(); row.scrollIntoView(); }
  });
}
// on a narrow window the figures come first
if (innerWidth < 960) document.querySelector("nav details").open = false;
