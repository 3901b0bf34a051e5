using System.Net;
using Docker.DotNet;
using Ecs.Agent.Tasks;

namespace Ecs.Agent.Docker;

/// <summary>What a refusal of Docker means for a step.</summary>
internal static class Refusals
{
    /// <summary>The outcome of a step that Docker refused.</summary>
    public static Outcome Read(Step step, DockerApiException fault) => (step, fault.StatusCode) switch
    {
        (Step.Inspect, HttpStatusCode.NotFound) => new Outcome.Missing(),
        (Step.Inspect, _) => new Outcome.Unreachable(),

        // A link to a container that is gone is "not found" too.
        (Step.Create, HttpStatusCode.NotFound) when fault.Says("no such image") => new Outcome.ImageMissing(),
        (Step.Create, HttpStatusCode.Conflict) when fault.Says("already in use") => new Outcome.NameTaken(),
        (Step.Create, _) => new Outcome.Refused(Reasons.CannotCreate(DockerFaults.Text(fault))),

        (Step.Pull, _) => new Outcome.Refused(Reasons.CannotPull(DockerFaults.Text(fault))),

        // Somebody removed it in between: a look tells.
        (Step.Start, HttpStatusCode.NotFound) when fault.Says("no such container") => new Outcome.Unreachable(),
        (Step.Start, _) => new Outcome.Refused(Reasons.CannotStart(DockerFaults.Text(fault))),

        (Step.Stop or Step.Remove, HttpStatusCode.NotFound) => new Outcome.Finished(),
        (Step.Stop, _) => new Outcome.Refused(Reasons.CannotStop(DockerFaults.Text(fault))),
        (Step.Remove, _) => new Outcome.Refused(DockerFaults.Text(fault)),
        _ => new Outcome.Unreachable(),
    };
}
