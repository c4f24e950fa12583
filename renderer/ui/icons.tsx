import type { ReactNode } from 'react';

/** What every icon takes. An icon is decoration: the control around it has the name. */
export interface IconProps {
  /** `s` 14 px, default 16 px, `l` 20 px. */
  size?: 's' | 'l';
  className?: string;
}

function icon(paths: ReactNode): (props: IconProps) => ReactNode {
  return function Icon({ size, className }: IconProps) {
    return (
      <svg
        className={['ic', size, className].filter(Boolean).join(' ')}
        viewBox="0 0 16 16"
        aria-hidden="true"
      >
        {paths}
      </svg>
    );
  };
}

export const ArrowIcon = icon(<path d="M3 8h10M9 4l4 4-4 4" />);

export const BadIcon = icon(
  <>
    <circle cx="8" cy="8" r="6" />
    <path d="m6 6 4 4M10 6l-4 4" />
  </>,
);

export const BackIcon = icon(<path d="M6.500 4 3 7.500 6.500 11M3 7.500h6.500a3.500 3.500 0 0 1 0 7H8" />);

export const BranchIcon = icon(
  <>
    <circle cx="4" cy="3.8" r="1.7" />
    <circle cx="4" cy="12.2" r="1.7" />
    <circle cx="12" cy="4.8" r="1.7" />
    <path d="M4 5.500v5M12 6.500C12 9 8 9 4.500 10.700" />
  </>,
);

export const BroadcastIcon = icon(
  <path d="M2.500 5.500v5h2.200L8 13.500v-11L4.700 5.500zM10.500 6a3 3 0 0 1 0 4M12.300 4a6 6 0 0 1 0 8" />,
);

export const CheckIcon = icon(<path d="m3 8.5 3.2 3.2L13 4.8" />);

export const ChevronDownIcon = icon(<path d="m4 6 4 4 4-4" />);

export const ChevronRightIcon = icon(<path d="m6 4 4 4-4 4" />);

export const ChevronUpIcon = icon(<path d="m4 10 4-4 4 4" />);

export const ClockIcon = icon(
  <path d="M8 2.500a5.500 5.500 0 1 0 0 11a5.500 5.500 0 1 0 0-11M8 5v3.200l2 1.300" />,
);

export const CloseIcon = icon(<path d="m4 4 8 8M12 4l-8 8" />);

export const CompareIcon = icon(<path d="M2.5 5.5h9M9 3l2.5 2.5L9 8M13.5 10.5h-9M7 8l-2.5 2.5L7 13" />);

export const ComputerIcon = icon(
  <>
    <rect x="2" y="2.800" width="12" height="8" rx="1.200" />
    <path d="M8 10.800v2.700M5.500 13.500h5" />
  </>,
);

export const CopyIcon = icon(
  <>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.3" />
    <path d="M10.5 3.5v-.2a.8.8 0 0 0-.8-.8H3.3a.8.8 0 0 0-.8.8v6.4c0 .4.4.8.8.8h.2" />
  </>,
);

export const CpuIcon = icon(
  <>
    <rect x="4" y="4" width="8" height="8" rx="1.200" />
    <path d="M6.500 1.800V4M9.500 1.800V4M6.500 12v2.200M9.500 12v2.200M1.800 6.500H4M1.800 9.500H4M12 6.500h2.200M12 9.500h2.200" />
  </>,
);

export const DiskIcon = icon(
  <>
    <ellipse cx="8" cy="4" rx="5.500" ry="2" />
    <path d="M2.500 4v8c0 1.100 2.500 2 5.500 2s5.500-.9 5.500-2V4M2.500 8c0 1.100 2.500 2 5.500 2s5.500-.9 5.500-2" />
  </>,
);

export const EditIcon = icon(<path d="M3 13l.6-2.600L10.800 3.200l2 2L5.600 12.400zM9.500 4.500l2 2" />);

export const ExportIcon = icon(
  <path d="M8 10V2.5M5 5.3 8 2.3l3 3M3 9.5v3c0 .6.4 1 1 1h8c.6 0 1-.4 1-1v-3" />,
);

export const FenceIcon = icon(<path d="M3 4.2v9.3M8 3v10.5M13 4.2v9.3M1 7h14M1 10.8h14" />);

export const FilterIcon = icon(<path d="M2.5 4.5h11M4.5 8h7M6.5 11.5h3" />);

export const GlobeIcon = icon(
  <>
    <circle cx="8" cy="8" r="6" />
    <path d="M2 8h12M8 2c2 2 2.600 4 2.600 6S10 12 8 14C6 12 5.400 10 5.400 8S6 4 8 2z" />
  </>,
);

export const ImageIcon = icon(<path d="m8 1.8 5.5 3v6.4L8 14.2l-5.5-3V4.8zM2.7 5 8 8l5.3-3M8 8v6" />);

export const LayersIcon = icon(<path d="m8 2 6 3-6 3-6-3zM2 8.2l6 3 6-3M2 11.2l6 3 6-3" />);

export const LinkIcon = icon(
  <path d="M6.800 9.200a2.400 2.400 0 0 0 3.500.2l2.200-2.200a2.400 2.400 0 0 0-3.400-3.400l-.8.8M9.200 6.800a2.400 2.400 0 0 0-3.500-.2L3.500 8.800a2.400 2.400 0 0 0 3.400 3.400l.8-.8" />,
);

export const LoadIcon = icon(<path d="M8 2a6 6 0 1 1-6 6" />);

export const LogIcon = icon(<path d="M3 3.5h10M3 6.5h7M3 9.500h10M3 12.500h5" />);

export const MaximiseIcon = icon(<rect x="4" y="4" width="8" height="8" rx="1" />);

export const MergeIcon = icon(
  <>
    <circle cx="4" cy="3.8" r="1.7" />
    <circle cx="4" cy="12.2" r="1.7" />
    <circle cx="12" cy="9" r="1.7" />
    <path d="M4 5.5v5M4 5.5C4.3 8 6.5 9 10.3 9" />
  </>,
);

export const MinimiseIcon = icon(<path d="M4 8.5h8" />);

export const MoreIcon = icon(<path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2.2" />);

export const NetworkIcon = icon(
  <>
    <rect x="5.500" y="2" width="5" height="3.500" rx=".8" />
    <rect x="1.500" y="10.500" width="5" height="3.500" rx=".8" />
    <rect x="9.500" y="10.500" width="5" height="3.500" rx=".8" />
    <path d="M8 5.500v2.500M4 10.500V8h8v2.500" />
  </>,
);

export const OkIcon = icon(
  <>
    <circle cx="8" cy="8" r="6" />
    <path d="m5.3 8.2 1.9 1.9 3.5-3.9" />
  </>,
);

export const PanelIcon = icon(
  <>
    <rect x="2" y="3" width="12" height="10" rx="1.5" />
    <path d="M6 3v10" />
  </>,
);

export const PlayIcon = icon(<path d="M4.5 3v10l8-5z" />);

export const PlusIcon = icon(<path d="M8 3v10M3 8h10" />);

export const PlugIcon = icon(<path d="M5.500 2v3M10.500 2v3M4 5h8v2.500a4 4 0 0 1-8 0zM8 11.500V14" />);

export const PopOutIcon = icon(
  <path d="M9 2.500h4.500V7M13.500 2.500 8 8M6.500 3.500H4A1.500 1.500 0 0 0 2.500 5v7A1.500 1.500 0 0 0 4 13.500h7a1.500 1.500 0 0 0 1.500-1.500V9.500" />,
);

export const PowerIcon = icon(<path d="M8 2.5v5M4.7 4.8a4.7 4.7 0 1 0 6.6 0" />);

export const PulseIcon = icon(<path d="M1.8 8h2.7l2-5 3 10 2-5h2.7" />);

export const RedoIcon = icon(<path d="M9.500 4 13 7.500 9.500 11M13 7.500H6.500a3.500 3.500 0 0 0 0 7H8" />);

export const RecordIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.5" />
    <circle cx="8" cy="8" r="2" fill="currentColor" />
  </>,
);

export const RestartIcon = icon(<path d="M3 8a5 5 0 1 0 1.6-3.7L3 5.8M3 2.8v3h3" />);

export const SearchIcon = icon(
  <>
    <circle cx="7" cy="7" r="4.5" />
    <path d="m10.5 10.5 3 3" />
  </>,
);

export const SlidersIcon = icon(
  <>
    <path d="M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6" />
    <circle cx="10" cy="4.5" r="1.5" />
    <circle cx="6" cy="11.5" r="1.5" />
  </>,
);

export const SkipIcon = icon(<path d="m4 4.500 3.500 3.500L4 11.500M8.500 4.500 12 8l-3.500 3.500" />);

export const SnapshotIcon = icon(
  <>
    <path d="M2 5.500A1.500 1.500 0 0 1 3.500 4h1.700l1-1.500h3.600l1 1.500h1.700A1.500 1.500 0 0 1 14 5.500v6a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 2 11.500z" />
    <circle cx="8" cy="8.300" r="2.300" />
  </>,
);

export const SortIcon = icon(<path d="M5 3v10M2.5 10.5 5 13l2.5-2.500M9.5 4.500h4M9.5 8h3M9.5 11.500h2" />);

export const SplitDownIcon = icon(
  <>
    <rect x="2" y="3" width="12" height="10" rx="1.5" />
    <path d="M2 8h12" />
  </>,
);

export const SplitRightIcon = icon(
  <>
    <rect x="2" y="3" width="12" height="10" rx="1.5" />
    <path d="M8 3v10" />
  </>,
);

export const StopIcon = icon(<rect x="3.5" y="3.5" width="9" height="9" rx="1.5" />);

export const MendIcon = icon(
  <path d="M13.500 4.800a3.300 3.300 0 0 1-4.600 3.700L4.700 12.700a1.400 1.400 0 0 1-2-2l4.200-4.200a3.300 3.300 0 0 1 4.100-4.300L9 4.200l.4 2.100 2.100.4z" />,
);

export const SwitchIcon = icon(
  <>
    <rect x="1.800" y="5.500" width="12.400" height="5" rx="1.200" />
    <path d="M4.500 8h.01M7 8h.01M9.500 8h.01M12 8h.01" />
  </>,
);

export const TagIcon = icon(
  <path d="M2.5 3.800v3.700c0 .3.1.6.4.8l5.2 5.200c.4.4 1.2.4 1.6 0l3.8-3.800c.4-.4.4-1.2 0-1.600L8.3 2.900a1.2 1.2 0 0 0-.8-.4H3.800c-.7 0-1.3.6-1.3 1.300zM5.3 5.300h.01" />,
);

export const FolderIcon = icon(
  <path d="M2 4.300A1.3 1.3 0 0 1 3.3 3h2.900l1.5 1.800h5A1.3 1.3 0 0 1 14 6.100v5.600a1.3 1.3 0 0 1-1.3 1.300H3.300A1.3 1.3 0 0 1 2 11.700z" />,
);

export const PauseIcon = icon(<path d="M5.5 3.500v9M10.5 3.500v9" />);

export const TerminalIcon = icon(<path d="m3 4.5 3.5 3.5L3 11.5M8.5 12H13" />);

export const TrashIcon = icon(
  <path d="M3 4.5h10M6.5 4.5V3.3c0-.4.3-.8.8-.8h1.4c.5 0 .8.4.8.8v1.2M4.3 4.5l.6 8a1 1 0 0 0 1 1h4.2a1 1 0 0 0 1-1l.6-8" />,
);

export const TypeSizeIcon = icon(<path d="M2 12 5 4l3 8M3 9.5h4M10 12l2-5 2 5M10.7 10.5h2.6" />);

export const WaitIcon = icon(<circle cx="8" cy="8" r="5.5" strokeDasharray="2 2.3" />);

export const WarnIcon = icon(
  <path d="M7.1 2.6 1.8 11.8a1 1 0 0 0 .9 1.5h10.6a1 1 0 0 0 .9-1.5L8.9 2.6a1 1 0 0 0-1.8 0zM8 6.3v3M8 11.2h.01" />,
);
