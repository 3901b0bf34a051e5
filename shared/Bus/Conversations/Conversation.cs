using System.Text;
using System.Threading.Channels;

namespace Ecs.Bus;

/// <summary>
/// A conversation of two programs over the bus, in both directions: each end's parts come in order, and no more than
/// <see cref="Window"/> of them are under way. An end that reads slowly slows the other's <see cref="SendAsync"/>, and
/// nothing else. It ends when either end ends it, leaves, or has not been heard for <see cref="Silence"/>.
/// </summary>
public sealed class Conversation : IAsyncDisposable
{
    /// <summary>
    /// The most parts of one end that the other has not taken in: with <see cref="Part.MaxBytes"/> half a megabyte.
    /// </summary>
    public const int Window = 16;

    /// <summary>How often each end shows that it lives.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(2);

    /// <summary>How long an end may be silent until the other takes it for gone.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    /// <summary>How long leaving waits for its word to go out.</summary>
    private static readonly TimeSpan LeavingTime = TimeSpan.FromSeconds(2);

    // Told at half the window, so that an end which sends at full speed never waits for a word that is on its way.
    private const int TellEvery = Window / 2;

    private readonly Func<string, Utterance, CancellationToken, Task> _say;
    private readonly TaskCompletionSource<string> _other = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _clock;
    private readonly Channel<Part> _inbox = Channel.CreateBounded<Part>(Window);
    private readonly CancellationTokenSource _over = new();
    private readonly SemaphoreSlim _window = new(Window, Window);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();
    private Task _keeping = Task.CompletedTask;
    private long _sent;
    private long _heardByOther;
    private long _received;
    private long _taken;
    private long _told;
    private long _lastSign;
    private string? _lost;
    private volatile bool _ended;
    private volatile bool _otherEnded;

    internal Conversation(
        string id, Part opening, TimeProvider clock, Func<string, Utterance, CancellationToken, Task> say)
    {
        Id = id;
        Opening = opening;
        _clock = clock;
        _say = say;
        Over = _over.Token;
        _lastSign = clock.GetTimestamp();
    }

    /// <summary>The conversation's own id.</summary>
    public string Id { get; }

    /// <summary>What it was opened with.</summary>
    public Part Opening { get; }

    /// <summary>Ends when the conversation is lost or this end has left it.</summary>
    public CancellationToken Over { get; }

    /// <summary>Says one part; waits while the other end has <see cref="Window"/> of them to take in.</summary>
    /// <exception cref="ConversationLostException">The other end is gone.</exception>
    public async Task SendAsync(Part part, CancellationToken ct)
    {
        if (part.Body.Length > Part.MaxBytes) throw new ArgumentException($"more than {Part.MaxBytes} bytes");

        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, Over);
        try
        {
            await _window.WaitAsync(either.Token);
            await SayAsync(part.Kind, part.Body, isPart: true, either.Token);
        }
        catch (Exception e) when (Over.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw Lost(e.Message);
        }
    }

    /// <summary>The other end's next part; null when it has said all.</summary>
    /// <exception cref="ConversationLostException">The other end is gone.</exception>
    public async ValueTask<Part?> ReadAsync(CancellationToken ct)
    {
        Part part;
        try
        {
            part = await _inbox.Reader.ReadAsync(ct);
        }
        catch (ChannelClosedException closed)
        {
            return closed.InnerException is null ? null : throw Lost(closed.InnerException.Message);
        }

        if (Interlocked.Increment(ref _taken) - Interlocked.Read(ref _told) >= TellEvery) await TellAsync();
        return part;
    }

    /// <summary>Says that this end has no more to say; the other may still speak.</summary>
    /// <exception cref="ConversationLostException">The other end is gone.</exception>
    public async Task EndAsync(CancellationToken ct)
    {
        _ended = true;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, Over);
        try
        {
            await SayAsync(Signs.End, default, isPart: false, either.Token);
        }
        catch (Exception e) when (Over.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw Lost(e.Message);
        }
    }

    /// <summary>Leaves: the other end is told, unless it has said all that it had to say.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Over.IsCancellationRequested && !_otherEnded)
        {
            using var time = new CancellationTokenSource(LeavingTime);
            try
            {
                await SayAsync(Signs.Left, default, isPart: false, time.Token);
            }
            catch (Exception e) when (IsOver(e))
            {
                // It finds out by this end's silence.
            }
        }

        Lose("this end has left");
        await _keeping;
    }

    /// <summary>Completes with the other end's queue once it has been heard; fails when it never will be.</summary>
    internal Task<string> Other => _other.Task;

    /// <summary>Says for the first time that this end is there.</summary>
    internal Task AnswerAsync() => SayAsync(Signs.Alive, default, isPart: false, Over);

    /// <summary>Begins to show that this end lives, and to look whether the other does.</summary>
    internal void Keep() => _keeping = KeepAsync();

    /// <summary>Takes what the other end said; called for one after another, in their order.</summary>
    internal void Take(Utterance said)
    {
        lock (_gate)
        {
            _lastSign = _clock.GetTimestamp();
            var newlyHeard = Math.Min(said.Heard, Interlocked.Read(ref _sent)) - _heardByOther;
            if (newlyHeard > 0)
            {
                _heardByOther += newlyHeard;
                _window.Release((int)newlyHeard);
            }
        }

        if (said.Kind is not Signs.Left && said.From is { } other) _other.TrySetResult(other);
        switch (said.Kind)
        {
            case Signs.Alive:
                break;
            case Signs.Left:
                // It is no loss where both have said all. Where only the other has, what this one says is for nobody.
                if (!_otherEnded || !_ended) Lose(Farewell(said.Body.Span));
                break;
            case Signs.End:
                _otherEnded = true;
                _inbox.Writer.TryComplete();
                break;
            default:
                if (said.Number != ++_received) Lose("a part of the conversation was lost");
                else if (!_inbox.Writer.TryWrite(new Part(said.Kind, said.Body))) Lose("more came than was asked for");
                break;
        }
    }

    /// <summary>Ends it with a reason; what was taken in can still be read.</summary>
    internal void Lose(string reason)
    {
        lock (_gate) _lost ??= reason;
        _other.TrySetException(new NobodyThereException(_lost));
        _inbox.Writer.TryComplete(new ConversationLostException(_lost));
        _over.Cancel();
    }

    private static string Farewell(ReadOnlySpan<byte> text) =>
        text.IsEmpty ? "the other end has left" : Encoding.UTF8.GetString(text);

    private static bool IsOver(Exception e) =>
        e is BusUnavailableException or ConversationLostException or OperationCanceledException;

    private ConversationLostException Lost(string reason) => new(_lost ?? reason);

    private async Task SayAsync(string kind, ReadOnlyMemory<byte> body, bool isPart, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var number = isPart ? Interlocked.Increment(ref _sent) : 0;
            var heard = Interlocked.Read(ref _taken);
            Interlocked.Exchange(ref _told, heard);
            await _say(await _other.Task.WaitAsync(ct), new Utterance(kind, number, heard, body), ct);
        }
        catch (NobodyThereException gone)
        {
            Lose(gone.Message);
            throw new ConversationLostException(gone.Message);
        }
        catch (BusUnavailableException fault)
        {
            // Whether it went out is not known, so nothing may follow it.
            if (isPart) Lose(fault.Message);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task TellAsync()
    {
        try
        {
            await SayAsync(Signs.Alive, default, isPart: false, Over);
        }
        catch (Exception e) when (IsOver(e))
        {
            // The next one says the same; a broker that stays away ends the conversation by silence.
        }
    }

    private async Task KeepAsync()
    {
        using var timer = new PeriodicTimer(KeepAlive, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(Over))
            {
                TimeSpan silent;
                lock (_gate) silent = _clock.GetElapsedTime(_lastSign);
                if (silent > Silence) Lose($"the other end was not heard for {Silence.TotalSeconds:0} s");
                else await TellAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }
}
