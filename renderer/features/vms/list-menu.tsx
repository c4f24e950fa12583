import { foldAll, setPicking, setSort, useList, type SortOrder } from '../../stores/list-store.js';
import { Button } from '../../ui/button.js';
import { SortIcon } from '../../ui/icons.js';
import { Menu, MenuCheck, MenuChoice, MenuItem, MenuLine } from '../../ui/menu.js';

const orders: readonly { value: SortOrder; title: string }[] = [
  { value: 'name', title: 'Name' },
  { value: 'state', title: 'State' },
  { value: 'newest', title: 'Newest first' },
  { value: 'cpu', title: 'CPU use' },
];

/** How the list is sorted, folded and picked from. */
export function ListMenu({ groupKeys }: { groupKeys: readonly string[] }) {
  const sort = useList((list) => list.sort);
  const isPicking = useList((list) => list.isPicking);
  return (
    <Menu isSmall trigger={<ListMenuButton />}>
      <MenuChoice label="Sort by" value={sort} choices={orders} onChange={setSort} />
      <MenuLine />
      <MenuCheck title="Pick several" checked={isPicking} onChange={setPicking} />
      {groupKeys.length > 0 && (
        <>
          <MenuLine />
          <MenuItem title="Fold all groups" onChoose={() => foldAll(groupKeys)} />
          <MenuItem title="Open all groups" onChoose={() => foldAll([])} />
        </>
      )}
    </Menu>
  );
}

function ListMenuButton(props: object) {
  return (
    <Button
      className="icon"
      variant="quiet"
      aria-label="Sort and pick"
      title="Sort and pick"
      icon={<SortIcon />}
      {...props}
    />
  );
}
