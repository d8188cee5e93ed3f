/** The words of the theme on the pages in Spanish. */

import type { DefaultTheme } from 'vitepress'

export const spanish: DefaultTheme.Config = {
  sidebar: [{ text: 'Primeros pasos', items: [{ text: 'Del texto al vector', link: '/es/walkthrough' }] }],
  nav: [{ text: 'Documentación en inglés', link: '/start' }],
  outline: { level: [2, 3], label: 'En esta página' },
  darkModeSwitchLabel: 'Apariencia',
  darkModeSwitchTitle: 'Cambiar al modo oscuro',
  lightModeSwitchTitle: 'Cambiar al modo claro',
  sidebarMenuLabel: 'Menú',
  returnToTopLabel: 'Volver arriba',
  langMenuLabel: 'Cambiar de idioma',
  skipToContentLabel: 'Ir al contenido',
  docFooter: { prev: 'Anterior', next: 'Siguiente' },
}
