"""Texts of the demo's issues: those of the pictures, then combinations that read like real ones."""

from __future__ import annotations

# (number, summary, status, priority, assignee's place in the cast or None, tags)
PICTURED = (
    (482, "Gripper loses calibration after warm restart", "inProgress", "critical", 6, ["firmware"]),
    (
        479,
        "Emergency stop takes 180 ms on arm v2, limit is 120 ms",
        "inReview",
        "blocker",
        8,
        ["safety", "arm-v2"],
    ),
    (477, "Vision: false positives on reflective packaging", "inProgress", "critical", 10, ["vision"]),
    (471, "Document the torque sensor replacement procedure", "open", "minor", 2, ["docs"]),
    (468, "Fleet dashboard shows offline robots as idle", "open", "normal", None, ["dashboard"]),
    (466, "Add audible alarm before the arm leaves the safe zone", "open", "normal", 1, ["safety"]),
    (461, "Upgrade motion controller to 4.2 LTS", "inProgress", "normal", 3, ["firmware"]),
    (455, "Packing line stops when the label printer is out of paper", "blocked", "critical", 12, ["line-3"]),
    (452, "Customer report: gripper scratches coated parts", "open", "normal", 11, ["customer"]),
    (447, "Retrain bin-picking model with October images", "inReview", "normal", 4, ["vision"]),
    (440, "Add Polish translation of the operator screen", "open", "minor", None, ["i18n"]),
    (431, "Battery swap procedure exceeds 90 seconds", "closed", "normal", 5, ["field"]),
    (428, "Log rotation fills the disk on controllers", "closed", "critical", 3, ["firmware"]),
)
EMERGENCY_STOP = """Measured on three arms at the Leipzig site with controller 4.1.7. From button press to torque off \
the arm needs 176 to 184 ms. The safety case allows 120 ms.

## Steps to reproduce

- Run the arm at 80% speed with a 4 kg payload
- Press the emergency stop on the pendant
- Read `t_torque_off` in the controller log

The extra 60 ms appear between the pendant interrupt and the brake command. With the debounce filter off we see 118 ms.
"""
EMERGENCY_STOP_COMMENTS = (
    (
        6,
        "The debounce was raised from 5 to 65 ms in 4.1.5 because of a noisy pendant cable. "
        "We can filter in hardware instead.",
    ),
    (1, "Shielded cables arrive on Thursday. I will retest on all three arms."),
)

# queue key → (name, description, first number, last number, subjects, what is wrong or wanted)
QUEUES = {
    "ROB": (
        "Robotics",
        "Arms, grippers, controllers and what runs on them",
        312,
        482,
        (
            "Wrist joint",
            "Vacuum gripper",
            "Motion planner",
            "Torque sensor",
            "Controller 4.1",
            "Bin picking",
            "Conveyor camera",
            "Arm v2",
            "Charging dock",
            "Fleet scheduler",
            "Operator screen",
        ),
        (
            "drifts by 2 mm after an hour at full speed",
            "reports an over-current that the log does not show",
            "needs a self-test before the first move",
            "loses its position when the door opens",
            "is 8% slower since the last release",
            "does not restart after a short power cut",
            "should show the remaining cycle time",
            "vibrates between 40 and 45 degrees",
            "ignores the second waypoint of a short path",
            "overheats with the dust cover on",
        ),
    ),
    "SUP": (
        "Support",
        "What customers ask, and what we answered",
        1,
        108,
        ("Leipzig site", "Porto site", "Gdańsk site", "Customer portal", "Spare parts", "Remote session", "Invoice"),
        (
            "asks for a copy of the safety certificate",
            "cannot log in after the password change",
            "wants weekly uptime figures by mail",
            "reports a wrong part number on the label",
            "needs a training date in January",
            "asks how to export the cycle log",
            "shows last month's address",
            "is slow in the afternoon",
        ),
    ),
    "FLD": (
        "Field service",
        "Visits, installations and repairs on site",
        1,
        72,
        ("Line 1", "Line 3", "Cell B", "Cell D", "Packing station", "Palletiser", "Test bench"),
        (
            "replace the brake pads at the next visit",
            "install the new light curtain",
            "swap the battery pack under warranty",
            "measure the air pressure again",
            "plan the move to the new hall",
            "check the emergency stops of all pendants",
            "update the controllers during the night shift",
        ),
    ),
    "TREK": (
        "Tracker roll-out",
        "How we work with Tracker, and what is still to set up",
        1,
        49,
        ("Queue templates", "Team Vision", "Weekly review", "Old spreadsheet", "Notifications", "New colleagues"),
        (
            "move over by the end of the month",
            "need a short guide with screenshots",
            "agree on three priorities",
            "should follow only their own queue",
            "collect what is missing",
            "decide who needs Full access",
        ),
    ),
}
DESCRIPTIONS = (
    "Seen twice this week, both times on the early shift. The log of the last run is with the shift lead.\n\n"
    "- Controller 4.1.7\n- Payload 3 to 4 kg\n- Ambient 24 °C",
    "The customer wrote on Monday and would like an answer **before Friday**. There is a workaround: restart the cell.",
    "We agreed on this in the weekly review. Done means: tried on one cell for a day, written down, shown to the team.",
    "1. Start a normal cycle\n2. Open and close the door\n3. Watch the third move\n\n"
    "Expected: it goes on where it was. What happens: it starts again.",
    "Small, but it comes up in every visit. See `status --verbose` on the controller.",
    "",
)
COMMENTS = (
    "I can reproduce it on the test bench, but only after a warm restart.",
    "The log says `brake released late`. I will compare it with last week's.",
    "Talked to the site: they can give us the cell on Wednesday from 14:00.",
    "Fixed on the branch. Needs somebody with the hardware to check it.",
    "Tried with the new firmware: 20 cycles without it.",
    "Let us split this: the display is easy, the sensor is not.",
    "The part is ordered, delivery is planned for next week.",
    "Works for me now. Closing when the site confirms.",
    "Same thing at Porto, see the pictures in the visit report.",
)
TAGS = ("firmware", "safety", "vision", "docs", "customer", "field", "line-3", "i18n", "dashboard", "arm-v2")
