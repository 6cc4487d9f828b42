import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { startLocales } from './locales';
import './ui/styles.css';

const container = document.getElementById('root');
if (!container) throw new Error('index.html has no #root');
void startLocales().then(() => createRoot(container).render(<App />));
