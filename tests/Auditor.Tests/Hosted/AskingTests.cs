using System.Net;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using static Ecs.Auditor.Tests.Happenings;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>Askers whom the Gateway has limited to their account.</summary>
public sealed class AskingTests(WrittenLog written) : IAsyncLifetime
{
    private const string Other = "999999999999";

    private AuditedHouse _house = null!;

    public async ValueTask InitializeAsync()
    {
        _house = await AuditedHouse.StartAsync(written);
        await _house.Writer.WriteAsync(new CreateCluster(), ClusterCreated("seen"));
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Theory]
    [InlineData("/history?of=seen"), InlineData("/history?of=cluster/seen"), InlineData("/explain/seen")]
    [InlineData("/history?of=arn:aws:ecs:us-east-1:000000000000:cluster/seen")]
    [InlineData("/explain/arn:aws:ecs:us-east-1:000000000000:cluster%2Fseen")]
    public async Task Given_an_asker_when_it_asks_for_what_is_anothers_then_there_is_no_such_thing(string path)
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync(path, Scope.DefaultAccount, isLimited: true));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(path, Other, isLimited: true));
    }

    [Theory]
    [InlineData("/explain/arn%253Aaws%253Aecs%253Aus-east-1%253A000000000000%253Acluster%252Fseen", HttpStatusCode.NotFound)]
    [InlineData("/history?of=x&cluster=arn%3Aaws%3Aecs%3Aus-east-1%3A000000000000%3Acluster/seen", HttpStatusCode.NotFound)]
    [InlineData("/history?of=seen&account=000000000000", HttpStatusCode.Forbidden)]
    [InlineData("/history?of=seen&account=999999999999&account=000000000000", HttpStatusCode.Forbidden)]
    [InlineData("/log?account=000000000000", HttpStatusCode.Forbidden)]
    [InlineData("/explain/seen?account=000000000000", HttpStatusCode.Forbidden)]
    public async Task Given_an_asker_when_it_says_another_account_in_any_way_then_it_is_refused(
        string path, HttpStatusCode status) => Assert.Equal(status, await AskAsync(path, Other, isLimited: true));

    [Fact]
    public async Task Given_an_operator_when_it_asks_then_its_account_is_only_where_names_are_looked_for_first()
    {
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync("/history?of=seen", Other, isLimited: false));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(
            $"/history?of=seen&account={Scope.DefaultAccount}", Other, isLimited: false));
    }

    [Theory]
    [InlineData("/replay"), InlineData("/replay/decisions"), InlineData("/verify"), InlineData("/export"), InlineData("/checkpoint")]
    [InlineData("/EXPORT"), InlineData("/checkpoint?account=000000000000")]
    public async Task Given_a_limited_asker_when_it_asks_about_the_whole_log_then_it_is_refused(string path)
    {
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(path, Scope.DefaultAccount, isLimited: true));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(path, Other, isLimited: true));
        if (!path.Contains("account", StringComparison.Ordinal))
        {
            Assert.Equal(HttpStatusCode.OK, await AskAsync(path, Scope.DefaultAccount, isLimited: false));
        }
    }

    [Fact]
    public async Task Given_a_limited_asker_when_it_asks_for_the_state_or_a_difference_then_its_account_is_meant()
    {
        await _house.Writer.WriteAsync(
            new CreateCluster { Account = Other },
            new ClusterCreated(Arn.Cluster(new Scope(Other, Scope.DefaultRegion), "theirs").ToString(), "theirs", At));
        foreach (var (account, own) in new[] { (Scope.DefaultAccount, "seen"), (Other, "theirs") })
        {
            var state = await DocumentAsync("/state?at=2", account);
            Assert.Equal([own], state.GetProperty("clusters").EnumerateArray()
                .Select(cluster => cluster.GetProperty("clusterName").GetString()));
            var changed = (await DocumentAsync("/diff?from=0&to=2", account)).GetProperty("changed");
            Assert.EndsWith($":cluster/{own}", Assert.Single(changed.GetProperty("entries").EnumerateArray())
                .GetProperty("of").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync($"/state?at=2&account={Scope.DefaultAccount}", Other, isLimited: true));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync($"/diff?from=0&to=2&account={Scope.DefaultAccount}", Other, isLimited: true));
    }

    private async Task<JsonElement> DocumentAsync(string path, string account)
    {
        using var answer = await SendAsync(path, account, isLimited: true);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    private async Task<HttpStatusCode> AskAsync(string path, string account, bool isLimited)
    {
        using var answer = await SendAsync(path, account, isLimited);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string account, bool isLimited)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(AskerHeaders.Account, account);
        request.Headers.Add(AskerHeaders.Region, Scope.DefaultRegion);
        if (isLimited) request.Headers.Add(AskerHeaders.Limited, "true");
        return await _house.SendAsync(request);
    }
}
