// Figures as people read them.

/** @param {number} count */
export function formatBytes(count) {
  if (count < 1000) return `${count} B`;
  const units = ["kB", "MB", "GB"];
  let size = count / 1000;
  while (size >= 999.5 && units.length > 1) {
    size /= 1000;
    units.shift();
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[0]}`;
}

/** @param {number} milliseconds */
export function formatDuration(milliseconds) {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** @param {number} amount */
export function formatDollars(amount) {
  if (amount >= 0.01) return `$${amount.toFixed(2)}`;
  if (amount < 0.000001) return "< $0.000001";
  return `$${amount.toFixed(1 - Math.floor(Math.log10(amount)))}`; // two significant digits
}

/** @param {string} iso */
export function formatTime(iso) {
  return new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

/** @param {string} iso */
export function formatClock(iso) {
  return new Date(iso).toLocaleTimeString(undefined, { timeStyle: "medium" });
}

/** @param {string} iso */
export function formatAge(iso) {
  const seconds = (Date.now() - Date.parse(iso)) / 1000;
  if (seconds < 10) return "just now";
  if (seconds < 60) return `${Math.round(seconds)} s ago`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86400)} d ago`;
}

/** Return the name of the browser's time zone. */
export function getZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * Return a time as the clocks of a time zone show it, with the zone's name.
 * @param {string} iso
 * @param {string | undefined} timeZone such as Europe/Berlin; undefined stands for the browser's
 */
export function formatTimeIn(iso, timeZone) {
  return new Date(iso).toLocaleString(undefined, {
    ...{ weekday: "short", year: "numeric", month: "short", day: "numeric" },
    ...{ hour: "numeric", minute: "2-digit", timeZoneName: "short", timeZone },
  });
}

/**
 * Return a time to come, and how far away it is.
 * @param {string} iso
 */
export function formatSoon(iso) {
  return Date.parse(iso) < Date.now() ? formatTime(iso) : `${formatTime(iso)} (in ${formatSpan(iso)})`;
}

/**
 * Return how far away a time to come is.
 * @param {string} iso
 */
export function formatSpan(iso) {
  const seconds = Math.max(0, (Date.parse(iso) - Date.now()) / 1000);
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} days`;
}

/**
 * @param {number} number
 * @param {string} one
 */
export function formatCount(number, one, many = `${one}s`) {
  return `${number.toLocaleString()} ${number === 1 ? one : many}`;
}

const ACRONYMS = new Set(["cpu", "csv", "dpi", "html", "id", "json", "ocr", "pdf", "url"]);

/**
 * Return a name of the API as a caption: on_page_error → On page error.
 * @param {string} name
 */
export function formatLabel(name) {
  const words = name.split("_").map((word) => (ACRONYMS.has(word) ? word.toUpperCase() : word));
  const text = words.join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
