/* Searching, filtering and sorting of tables. Everything is readable without it. */
(function () {
  "use strict";

  function plain(words) {
    return words.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d")
      .toLowerCase().replace(/\s+/g, " ").trim();
  }

  function fill(sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, function (_, name) { return values[name]; });
  }

  function place(row, key) {
    var at = row.dataset.o.split(" ")[key];
    return at === "-" ? null : Number(at);
  }

  function enhance(table) {
    var body = table.tBodies[0];
    var rows = Array.from(body.rows);
    var form = document.querySelector("form[data-for='" + table.id + "']");
    var status = form && form.querySelector("[role=status]");
    if (!status) {
      status = document.createElement("p");
      status.className = "v";
      status.setAttribute("role", "status");
      table.before(status);
    }

    function sort(head, key) {
      var best = head.dataset.first || "ascending";
      var worst = best === "ascending" ? "descending" : "ascending";
      var now = head.getAttribute("aria-sort") === best ? worst : best;
      var way = now === best ? 1 : -1;
      table.querySelectorAll("th[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", now);
      rows.map(function (row, n) { return [place(row, key), n, row]; }).sort(function (a, b) {
        if (a[0] === null || b[0] === null) {
          return (a[0] === null) - (b[0] === null) || a[1] - b[1];
        }
        return way * (a[0] - b[0]) || a[1] - b[1];
      }).forEach(function (entry) { body.append(entry[2]); });
      status.textContent = fill(table.dataset.sorted, { column: head.textContent.trim() });
    }

    table.querySelectorAll("th[data-k]").forEach(function (head) {
      var button = document.createElement("button");
      button.type = "button";
      button.append.apply(button, Array.from(head.childNodes));
      head.append(button);
      button.addEventListener("click", function () { sort(head, Number(head.dataset.k)); });
    });

    if (!form) { return; }
    var searched = rows.map(function (row) { return plain(row.querySelector("th").textContent); });
    var search = form.querySelector("input");
    var region = form.querySelector("select");

    function filter() {
      var words = plain(search.value);
      var wanted = region ? region.value : "";
      var shown = 0;
      rows.forEach(function (row, n) {
        row.hidden = !(searched[n].includes(words) && (!wanted || row.dataset.r === wanted));
        if (!row.hidden) { shown += 1; }
      });
      status.textContent = fill(table.dataset.shown, { n: shown, all: rows.length });
    }

    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    // A reader who comes back finds the fields filled: show what they say.
    if (search.value || (region && region.value)) { filter(); }
  }

  document.querySelectorAll("table[data-sorted]").forEach(enhance);
})();
