import { ApiError } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { refresh } from "../lib/refresh.js";
import { createRegion } from "../lib/region.js";
import { formatHash } from "./filter.js";
import { REFRESH_MS, renderJobRows, showJobs } from "./job_rows.js";

/** @import { JobList } from "../types.js" */

/**
 * Create the list of the latest jobs. It loads by itself, so that its failure does not stop the page that holds it.
 * @param {AbortSignal} signal
 * @param {string} tag of the jobs; "" stands for any
 */
export function createLatestJobs(signal, tag = "") {
  const element = h("section", { class: "latest", "aria-label": "Latest jobs" });
  const list = createRegion(
    (/** @type {JobList} */ page) => page.items,
    (page) => renderList(page, tag),
  );
  element.append(list.element);
  const query = new URLSearchParams({ limit: "5", ...(tag && { tag }) });
  let loading = new AbortController();
  /** @param {AbortSignal} until */
  async function load(until) {
    const show = () => showJobs(`v1/jobs?${query}`, list, until);
    try {
      if (await show()) await refresh(show, REFRESH_MS, until);
    } catch (failure) {
      if (until.aborted) return;
      const reason = failure instanceof ApiError ? failure.title : String(failure);
      element.replaceChildren(h("p", { class: "hint" }, `The latest jobs could not be loaded: ${reason}.`));
    }
  }
  function reload() {
    loading.abort();
    loading = new AbortController();
    return load(AbortSignal.any([signal, loading.signal]));
  }
  void reload();
  return { element, reload };
}

/**
 * @param {JobList} page
 * @param {string} tag
 */
async function renderList({ items }, tag) {
  if (items.length === 0) return null;
  return [
    h("h2", {}, "Latest jobs"),
    await renderJobRows(items),
    h("p", {}, h("a", { href: formatHash("jobs", { tag }) }, "All jobs")),
  ];
}
