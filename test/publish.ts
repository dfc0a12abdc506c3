// Builds what is published in a folder: node out/test/publish.js FOLDER
import { publish } from './support/published.js';

publish(process.argv[2] ?? 'published');
