import { describeModel } from '../../../analysis/report/model.js';
import type { ModelParams, ModelResult } from '../../../protocol/methods.js';
import type { Session } from '../../session.js';

/** The records about a name, built-in and from the document's folder. */
export function model(session: Session, { uri, name }: ModelParams): ModelResult {
  const { root } = session.home(uri) ?? {};
  const { text } = describeModel(name, root?.config.models);
  return { text: `${text}\n` };
}
