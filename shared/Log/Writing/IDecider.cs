using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Model;

namespace Ecs.Log;

/// <summary>The pure core of a service, and the one piece of I/O that it may have looked up for it.</summary>
/// <typeparam name="TState">What it decides on.</typeparam>
public interface IDecider<TState>
    where TState : IState<TState>
{
    /// <summary>The service, one of <see cref="Services"/>; its lease and its commands go by this name.</summary>
    string Service { get; }

    /// <summary>Changes whenever the same command on the same state could be decided differently.</summary>
    string Version { get; }

    /// <summary>The kinds of stream that the state holds. Only this service appends to them.</summary>
    IReadOnlyCollection<ResourceKind> Kinds { get; }

    /// <summary>
    /// Looks up what the commands of a group need from elsewhere, outside the pure core; it may read the log. It is
    /// asked for all of the group, repeats included, and again if the group has to be decided again.
    /// </summary>
    /// <returns>One entry for each command, in their order; null where a command needs nothing.</returns>
    ValueTask<IReadOnlyList<JsonElement?>> ResolveAsync(
        IReadOnlyList<Command> group, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// The state is folded out of the log anew, which may be another one: whatever was looked up before is looked up
    /// again.
    /// </summary>
    void Forget()
    {
    }

    /// <summary>
    /// Decides one command: pure, so that the same input gives the same output. Throwing means a bug: the command is
    /// then answered with a ServerException and nothing of it is kept. Events and result hold whole numbers only.
    /// </summary>
    Decision Decide(TState state, Received command);
}

/// <summary>A state as everyone may read it, beside the writer's loop.</summary>
/// <param name="State">The state.</param>
/// <param name="Position">The position of the log that it is the fold up to.</param>
public sealed record Published<TState>(TState State, long Position)
    where TState : IState<TState>
{
    /// <summary>The commit that the position is the end of; null for a position of which it is not known.</summary>
    public CommitMark? Mark { get; init; }
}
