import { type ThemeConfig, theme } from 'antd';

const FONTS =
  '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", system-ui, -apple-system, sans-serif';

/** 44 px targets, a calm teal, and no motion that a township PC pays for. */
export const lightTheme: ThemeConfig = {
  token: {
    colorPrimary: '#0b6b6a',
    colorLink: '#0b6b6a',
    colorError: '#b42318',
    colorTextPlaceholder: '#6b7676',
    colorTextDescription: '#52605f',
    borderRadius: 8,
    controlHeight: 44,
    controlHeightSM: 36,
    fontSize: 15,
    fontFamily: FONTS,
    motion: false,
  },
};

/** The reading room: nothing brighter than the film. */
export const darkTheme: ThemeConfig = {
  algorithm: theme.darkAlgorithm,
  token: {
    ...lightTheme.token,
    colorPrimary: '#2a9d9a',
    colorBgBase: '#0d1113',
    colorTextBase: '#dde5e4',
    colorLink: '#6cc5c2',
    colorError: '#ff8a80',
    colorTextPlaceholder: '#8b9896',
    colorTextDescription: '#9fb0ae',
  },
};
