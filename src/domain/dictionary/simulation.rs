//! The simulation of two arms: a learned campaign beside a shared copy of it, in the sandbox.

super::entries::entries! {
    Learned, AsBefore, Changed;
    simulation_live() "simulation-live", "", "Two arms are compared in the sandbox only",
        "Two arms are compared in the sandbox only, and this campaign does not run in one.",
        "Halving a campaign that spends real money would cost it its learning, and what the arms did would be no proof of anything.",
        "Open a sandbox workspace and publish the campaign there.";
    simulation_runs() "simulation-runs", "", "The campaign is an arm of a simulation",
        "The campaign is an arm of a simulation already; end that one first.",
        "A campaign can be compared with one copy at a time.",
        "Open the simulation’s page and end it, keeping the arm that is to go on.";
    simulation_of_a_draft() "simulation-of-a-draft", "", "The campaign is a draft",
        "The campaign is a draft; publish it first.",
        "Only what delivers can be compared.",
        "Open its plan and approve it.";
    simulation_of_problems() "simulation-with-problems", "", "The form of an arm has problems",
        "The form has problems, so no arm can be made of it; open it and solve what is marked.",
        "Each arm is published from its form.",
        "Open the form and solve what is marked.";
    simulation_paused() "simulation-paused", "", "The campaign does not run",
        "The campaign does not run; switch it on through its plan first.",
        "Both arms begin on the same day, so the campaign has to be on.",
        "Resume the campaign, approve the plan, and start the simulation then.";
    simulation_not_apart() "simulation-not-apart", "Split", "There are no amounts to learn",
        "Amounts can be learned only where several ad sets have a budget a day each; choose that on its form first.",
        "The learned arm moves money between ad sets that have budgets of their own.",
        "Choose the shape per network or per placement group with a budget a day.";
    simulation_no_results() "simulation-no-results", "Result", "The campaign counts no results",
        "The campaign counts no results, so there is nothing to compare arms by.",
        "Arms are compared by results for the money.",
        "Choose on the form what counts as a result.";
    simulation_days(least, most) "simulation-days", "Days", "The length cannot be read",
        "Give a number of days from {least} to {most}.",
        "Shorter ones say nothing, and in longer ones the campaigns have changed too much to be compared.",
        "Type a whole number in that range.";
    simulation_half_invalid(arm, problem) "simulation-half-invalid", "Budget", "Half of the money is too little",
        "{arm} would not be valid with half of the money. {problem}",
        "Each arm has half of the budget, and Meta asks for a least amount of every ad set.",
        "Raise the campaign’s budget, or lower what the message names, and start then.";
    simulation_whole_invalid(problem) "simulation-whole-invalid", "Budget", "The arm cannot take the money of both",
        "It would not be valid with the money of both. {problem}",
        "The arm that is kept goes on with both budgets, and something on its form does not allow that.",
        "Open its form, mend what the message names, and end the simulation then.";
    simulation_over() "simulation-over", "", "No simulation can be ended",
        "The campaign is in no simulation that could be ended; read the page again.",
        "None was started, or somebody ended it meanwhile.",
        "Read the page again: it says how things stand." => Fresh;
    simulation_arm_gone() "simulation-arm-gone", "Keep", "The arm can run no more",
        "That arm is archived or deleted and can run no more; keep the other one.",
        "Meta does not bring back what was archived or deleted.",
        "Keep the other arm.";
    simulation_arm_problems(name) "simulation-arm-with-problems", "", "The form of the arm has problems",
        "The form of “{name}” has problems; solve what is marked there first.",
        "The arm that is kept is published with another budget, which takes a form without problems.",
        "Open the form and solve what is marked.";
    simulation_keep() "simulation-keep", "Keep", "It is not said which arm is kept",
        "Choose learned or shared.",
        "One arm goes on with the money of both; the other is archived.",
        "Choose one of the two.";
}
