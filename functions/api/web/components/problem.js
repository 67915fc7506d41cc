// What went wrong, for a person.
import { h, renderProse } from "../lib/dom.js";

/**
 * @import { Child } from "../lib/dom.js"
 * @import { Fault } from "../types.js"
 */

/**
 * As much of a problem as is shown: an ApiError, the error of a job, or one of the page's own.
 * @typedef {{ title: string, detail?: string, errors?: Fault[] }} Problem
 */

/** @typedef {(action: () => Promise<void>) => Promise<void>} Attempt shows the failure of an action */

/**
 * @param {unknown} failure a Problem, or whatever else was thrown
 * @param {...Child} more
 */
export function renderProblem(failure, ...more) {
  const problem = toProblem(failure);
  const faults = problem.errors ?? [];
  return h(
    "div",
    { class: "problem", role: "alert" },
    h("h3", {}, problem.title),
    renderDetail(problem),
    faults.length > 0 &&
      h(
        "ul",
        {},
        faults.map((fault) => h("li", {}, h("code", {}, fault.pointer), " ", fault.detail)),
      ),
    ...more,
  );
}

/**
 * Return a function that does an action and shows in `place` why it failed. An earlier problem goes.
 * @param {HTMLElement} place
 * @param {AbortSignal} signal after which nothing is shown
 * @returns {Attempt}
 */
export function createAttempt(place, signal) {
  return async (action) => {
    place.replaceChildren();
    try {
      await action();
    } catch (failure) {
      if (!signal.aborted) place.replaceChildren(renderProblem(failure));
    }
  };
}

/**
 * @param {unknown} failure
 * @returns {Problem}
 */
function toProblem(failure) {
  if (isProblem(failure)) return failure;
  const detail = failure instanceof Error ? failure.message : String(failure);
  return { title: "Something went wrong on this page", detail };
}

/**
 * @param {unknown} failure
 * @returns {failure is Problem}
 */
function isProblem(failure) {
  return (
    typeof failure === "object" && failure !== null && "title" in failure && typeof failure.title === "string"
  );
}

/**
 * Return a problem's detail, or nothing where it only repeats the title.
 * @param {Problem} problem
 */
export function renderDetail({ title, detail }) {
  return detail && detail !== title && h("p", {}, renderProse(detail));
}
