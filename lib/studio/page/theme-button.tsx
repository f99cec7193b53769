import { useEffect, useState } from 'preact/hooks';

const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

const titles: Readonly<Record<Theme, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' };

/** Switches between light and dark; as the system has it unless somebody chose. */
export function ThemeButton() {
  const [theme, setTheme] = useState<Theme>(stored);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    try {
      localStorage.setItem('theme', theme);
    } catch {
      // a browser may forbid it: then the choice ends with the page
    }
    dispatchEvent(new Event('themechange'));
  }, [theme]);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length]!;
  return (
    <button
      type="button"
      class="quiet"
      title={`Colours: ${titles[theme]}. Next: ${titles[next]}`}
      onClick={() => setTheme(next)}
    >
      {titles[theme]}
      <span class="unseen"> colours</span>
    </button>
  );
}

function stored(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem('theme')) ?? 'system';
  } catch {
    return 'system';
  }
}
