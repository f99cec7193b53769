import DefaultTheme from 'vitepress/theme';
// oxlint-disable-next-line import/no-unassigned-import -- a stylesheet has no names
import './style.css';

export default DefaultTheme;
