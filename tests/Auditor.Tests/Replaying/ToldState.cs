using Ecs.Bus;
using Ecs.Contracts.Commands;
using Ecs.Leading;
using Ecs.Log;
using Ecs.Model.Snapshots;

namespace Ecs.Auditor.Tests.Replaying;

/// <summary>
/// A double of a leading service, and of the bus to it: it tells whatever state a test says that it has, with the code
/// that tells it in the real one.
/// </summary>
internal sealed class ToldState<TState>(TState state, long position) : ICommandSender, IDisposable
    where TState : ISnapshot<TState>
{
    private readonly StateTelling<TState> _telling = new();

    /// <summary>The state that it has now.</summary>
    public Published<TState> Now { get; set; } = new(state, position);

    /// <summary>What is done to each answer on its way.</summary>
    public Func<Answer, Answer> OnItsWay { get; set; } = answer => answer;

    /// <summary>What was asked.</summary>
    public List<Command> Asked { get; } = [];

    public async Task<Answer> SendAsync(Command command, TimeSpan timeout, CancellationToken ct)
    {
        Asked.Add(command);
        return OnItsWay(await _telling.AnswerAsync(command, Now, ct));
    }

    public void Dispose() => _telling.Dispose();
}
