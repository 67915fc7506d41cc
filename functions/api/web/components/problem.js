// A problem as a person wants it: what happened, why, and where.
import { h, prose } from "../lib/dom.js";

export function problemCard(problem, ...more) {
  return h("div", { class: "problem", role: "alert" },
    h("h3", {}, problem.title ?? "The page made a mistake"),
    problemText(problem),
    problem.errors?.length > 0 && h("ul", {}, problem.errors.map((fault) =>
      h("li", {}, h("code", {}, fault.pointer), " ", fault.detail))),
    ...more);
}

export function problemText(problem) {
  const detail = problem.title ? problem.detail : String(problem.message ?? problem);
  return detail && detail !== problem.title && h("p", {}, prose(detail)); // the title, where there is no more to say
}
