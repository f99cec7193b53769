import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import './style.css';

/** The default theme gives the first page no main landmark, which screen readers jump to. */
function markMain(): void {
  const content = document.querySelector('#VPContent');
  if (content?.classList.contains('is-home')) content.setAttribute('role', 'main');
  else content?.removeAttribute('role');
}

/** A long sidebar begins at its top; the page that is shown may be far below. */
function showActive(): void {
  const sidebar = document.querySelector('.VPSidebar');
  const link = sidebar?.querySelector(`.VPLink[href$="${location.pathname}"]`);
  if (!sidebar || !link) return;
  const [frame, place] = [sidebar.getBoundingClientRect(), link.getBoundingClientRect()];
  if (place.top < frame.top || place.bottom > frame.bottom) sidebar.scrollTop += place.top - frame.height / 2;
}

export default {
  extends: DefaultTheme,
  enhanceApp({ router }) {
    if (import.meta.env.SSR) return;
    // once the page is drawn
    router.onAfterRouteChanged = () => {
      requestAnimationFrame(() => {
        markMain();
        showActive();
      });
    };
  },
} satisfies Theme;
