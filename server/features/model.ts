import { describeModel } from '../../analysis/report/model.js';
import type { ModelParams, ModelResult } from '../../protocol/methods.js';
import type { Session } from '../session.js';

/** What the built-in models and those of the document's folder say of a name. */
export function model(session: Session, { uri, name }: ModelParams): ModelResult {
  const { root } = session.home(uri) ?? {};
  const { text } = describeModel(name, root?.config.models);
  return { text: `${text}\n` };
}
