import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import './style.css';

/** The default theme gives the first page no main landmark, which screen readers jump to. */
function markMain(): void {
  const content = document.querySelector('#VPContent');
  if (content?.classList.contains('is-home')) content.setAttribute('role', 'main');
  else content?.removeAttribute('role');
}

export default {
  extends: DefaultTheme,
  enhanceApp({ router }) {
    if (import.meta.env.SSR) return;
    // once the page is drawn
    router.onAfterRouteChanged = () => void requestAnimationFrame(markMain);
  },
} satisfies Theme;
