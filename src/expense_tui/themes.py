"""Themes beside those that Textual brings: one of high contrast."""

from __future__ import annotations

from textual.theme import Theme

HIGH_CONTRAST = Theme(
    name="high-contrast",
    primary="#ffff00",
    secondary="#00ffff",
    accent="#ffff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    success="#00ff00",
    warning="#ffff00",
    error="#ff8080",
    dark=True,
    variables={
        "block-cursor-background": "#ffff00",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "bold",
        "border": "#ffffff",
        "footer-key-foreground": "#ffff00",
        "input-selection-background": "#ffff00 60%",
        "text-muted": "#ffffff",
        "text-disabled": "#c0c0c0",
    },
)
"""Every text at 7 to 1 and more against its ground (WCAG 2.2, 1.4.6)."""

THEMES = (HIGH_CONTRAST,)
