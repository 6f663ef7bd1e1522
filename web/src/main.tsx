/** Starts the app: theme, language, then the routes. */
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { fetchPage, router } from './app/router'
import { moreTexts, startI18n } from './lib/i18n'
import { queryClient } from './lib/query'
import { applyTheme } from './lib/theme'
import './ui/tokens.css'
import './ui/base.css'
import './ui/controls.css'
import './app/shell/shell.css'

applyTheme()
const words = startI18n()
fetchPage()
void words.then(() => {
  createRoot(document.getElementById('root')!).render(
    <StrictMode><QueryClientProvider client={queryClient}><RouterProvider router={router} /></QueryClientProvider></StrictMode>,
  )
  setTimeout(() => void moreTexts().catch(() => undefined), 1_500)
})
