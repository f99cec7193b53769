import { useEffect, useState } from 'preact/hooks';

const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

const titles: Readonly<Record<Theme, string>> = { system: 'System theme', light: 'Light theme', dark: 'Dark theme' };

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
      class="theme"
      title={`Switch to ${titles[next].toLowerCase()}`}
      onClick={() => setTheme(next)}
    >
      <ThemeIcon theme={theme} />
      <span class="theme-text">{titles[theme]}</span>
      <span class="unseen">, switch to {titles[next].toLowerCase()}</span>
    </button>
  );
}

/** A sun, a moon, or half of each. */
function ThemeIcon({ theme }: { readonly theme: Theme }) {
  return (
    <svg viewBox="0 0 16 16" width="15" height="15" aria-hidden="true" class="icon">
      {theme === 'dark' ? (
        <path d="M13.300 9.900A5.600 5.600 0 0 1 6.100 2.700a5.600 5.600 0 1 0 7.200 7.200z" />
      ) : theme === 'light' ? (
        <path d="M8 5.200a2.800 2.800 0 1 0 0 5.600a2.800 2.800 0 1 0 0-5.600zM8 1.500v1.300M8 13.200v1.300M1.500 8h1.300M13.200 8h1.300M3.400 3.400l.9.9M11.700 11.700l.9.9M3.400 12.600l.9-.9M11.700 4.300l.9-.9" />
      ) : (
        <>
          <circle cx="8" cy="8" r="5.500" />
          <path d="M8 2.500a5.500 5.500 0 0 1 0 11z" class="icon-fill" />
        </>
      )}
    </svg>
  );
}

function stored(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem('theme')) ?? 'system';
  } catch {
    return 'system';
  }
}
