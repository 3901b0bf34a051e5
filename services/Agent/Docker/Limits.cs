using Ecs.Agent.Tasks;

namespace Ecs.Agent.Docker;

/// <summary>How long Docker may take for what: ECS's own limits where it has one.</summary>
internal static class Limits
{
    /// <summary>For a pull.</summary>
    public static readonly TimeSpan Pull = TimeSpan.FromHours(2);

    /// <summary>For a creation, where the Agent's settings say nothing else.</summary>
    public static readonly TimeSpan Create = TimeSpan.FromMinutes(4);

    /// <summary>For a start, where the Agent's settings say nothing else.</summary>
    public static readonly TimeSpan Start = TimeSpan.FromMinutes(3);

    /// <summary>For a stop, on top of the container's own stop timeout.</summary>
    public static readonly TimeSpan StopExtra = TimeSpan.FromMinutes(2);

    /// <summary>For a look at one container, a list, a description of the engine: they change nothing.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After an end by SIGKILL until it is looked at once more: that it was for its memory Docker learns on a way of
    /// its own, which under load takes longer.
    /// </summary>
    public static readonly TimeSpan LateSign = TimeSpan.FromMilliseconds(300);

    /// <summary>For a removal.</summary>
    public static readonly TimeSpan Remove = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The shortest time between two reports of how far a pull is: each of them is an event. The first and the last
    /// come at once.
    /// </summary>
    public static readonly TimeSpan PullReportEvery = TimeSpan.FromSeconds(10);

    /// <summary>How often an image is asked for where its registry's fault may pass; as in ECS.</summary>
    public const int MaxPullTries = 5;

    /// <summary>The pause after the first try of a pull; each later one is twice as long; as in ECS.</summary>
    public static readonly TimeSpan FirstPullPause = TimeSpan.FromMilliseconds(1100);

    /// <summary>The longest pause between two tries of a pull; as in ECS.</summary>
    public static readonly TimeSpan MaxPullPause = TimeSpan.FromSeconds(5);

    /// <summary>Pulls at a time: more would only share the same line.</summary>
    public const int MaxPulls = 4;

    /// <summary>How long a pull of which Docker tells nothing new keeps others from theirs: it hangs.</summary>
    public static readonly TimeSpan PullSilence = TimeSpan.FromSeconds(60);

    /// <summary>Creations that an engine is asked for at a time.</summary>
    public const int MaxCreations = 4;

    /// <summary>Starts that an engine is asked for at a time: some eight under way are its best.</summary>
    public const int MaxStarts = 8;

    /// <summary>How long a creation or a start keeps others from theirs: one that takes longer hangs.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);

    /// <summary>The pause after so many tries of a pull.</summary>
    public static TimeSpan PullPause(int tries)
    {
        var pause = FirstPullPause * Math.Pow(2, tries - 1);
        return pause < MaxPullPause ? pause : MaxPullPause;
    }

    /// <summary>The limit of a step.</summary>
    public static TimeSpan Of(Step step, Instance instance, TimeSpan stopTimeout) => step switch
    {
        Step.Pull => Pull,
        Step.Create => instance.CreateTimeout,
        Step.Start => instance.StartTimeout,
        Step.Stop => stopTimeout + StopExtra,
        Step.Remove => Remove,
        _ => Look,
    };

    /// <summary>ECS's word for where a step leads, as a timeout names it.</summary>
    public static string Word(Step step) => step switch
    {
        Step.Pull => "pulled",
        Step.Create => "created",
        Step.Start => "started",
        Step.Stop => "stopped",
        Step.Remove => "removed",
        _ => "inspected",
    };
}
