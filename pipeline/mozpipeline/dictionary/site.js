"use strict";
// Search: an entry is shown when it has every word.
const search = document.getElementById("search");
if (search) {
  const entries = [...document.querySelectorAll("[data-text]")];
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const entry of entries) {
      entry.hidden = !words.every((word) => entry.dataset.text.includes(word));
      shown += !entry.hidden;
    }
    for (const list of document.querySelectorAll(".entries")) {
      list.previousElementSibling.hidden = !list.querySelector("li:not([hidden])");
    }
    document.getElementById("none").hidden = shown > 0;
    history.replaceState(null, "", words.length ? "#" + encodeURIComponent(search.value) : "#");
  };
  search.addEventListener("input", show);
  search.value = decodeURIComponent(location.hash.slice(1));
  show();
}
for (const box of document.querySelectorAll(".copy")) {
  const button = box.querySelector("button");
  button.addEventListener("click", async () => {
    const text = box.querySelector("pre").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch { // pages from a file may have no clipboard of that kind
      const range = document.createRange();
      range.selectNodeContents(box.querySelector("pre"));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}
