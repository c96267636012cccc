/* global document, localStorage */
// Before anything is painted, so that a chosen scheme does not flash.
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {
  // A browser that keeps nothing follows the system.
}
