namespace Ecs.Agent.Tasks;

/// <summary>
/// The Agent's whole behaviour towards one container. One that never ran since its ports were taken is removed, to be
/// made with others. A container that ended is never started again (a task runs once),
/// and one that could not be created is not created (its task fails instead): both are wanted Stopped from then on, see
/// <see cref="ContainerState.WantedIn"/>.
/// </summary>
internal static class ContainerTable
{
    /// <summary>What to do next about a container that is wanted so and was seen so.</summary>
    public static Step Next(Desired desired, Observed observed) => (desired, observed) switch
    {
        (_, Observed.Unknown) => Step.Inspect,
        (Desired.Unassigned, _) => Step.None,

        (Desired.Running, Observed.Absent) => Step.Create,
        (Desired.Running, Observed.ImageMissing) => Step.Pull,
        (Desired.Running, Observed.Created) => Step.Start,
        (Desired.Running, Observed.Obstructed) => Step.Remove,
        (Desired.Running, Observed.Running) => Step.None,
        (Desired.Running, Observed.Ended) => Step.None,

        (Desired.Stopped, Observed.Running) => Step.Stop,
        (Desired.Stopped, _) => Step.None,

        (Desired.Removed, Observed.Running) => Step.Stop,
        (Desired.Removed, Observed.Created or Observed.Obstructed or Observed.Ended) => Step.Remove,
        (Desired.Removed, Observed.Absent or Observed.ImageMissing) => Step.None,

        _ => throw new ArgumentOutOfRangeException(nameof(observed), (desired, observed), "no such row"),
    };
}
