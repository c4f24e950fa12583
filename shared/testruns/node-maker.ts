import { NAME_MAX, NODES_MAX, TEXT_MAX, type TestNode } from './test-node.js';

/** Makes the nodes of one run: no more and none larger than can be handed on in one piece. */
export class NodeMaker {
  private made = 0;
  private text = 0;

  /** The node, cut to size; null when there are too many. */
  node(node: TestNode): TestNode | null {
    const [name, note] = [node.name.slice(0, NAME_MAX), node.note.slice(0, NAME_MAX)];
    // What shows who is under way is not kept.
    if (node.outcome !== 'running') {
      this.made += 1;
      this.text += name.length + note.length;
    }
    // A suite is made all the same, or those below it would be lost: no more can follow than were open.
    const isFull = this.made > NODES_MAX || this.text > TEXT_MAX;
    return isFull && node.children.length === 0 ? null : { ...node, name, note };
  }
}
