// Before the first paint, so that the page does not flash in the other theme. See src/theme/theme.store.ts.
try {
  const theme = localStorage.getItem('chat.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // No storage: the system's theme it is.
}
