import { NAME_MAX, NODES_MAX, type TestNode } from './test-node.js';

/** Makes the nodes of one run: no more and none larger than are kept. */
export class NodeMaker {
  private made = 0;

  /** The node, cut to size; null when there are too many. */
  node(node: TestNode): TestNode | null {
    // What shows who is under way is not kept.
    if (node.outcome !== 'running' && ++this.made > NODES_MAX) return null;
    return { ...node, name: node.name.slice(0, NAME_MAX), note: node.note.slice(0, NAME_MAX) };
  }
}
