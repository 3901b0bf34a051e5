using System.Net;
using System.Text;
using Ecs.Contracts;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Signing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ecs.Gateway.Tests.Access;

/// <summary>The Gateway with access keys, over HTTP.</summary>
public class AccessGateTests
{
    private const string Keys =
        "--ECS_ACCESS_KEYS=AKIDEXAMPLE secret 111111111111;222222222222 secret2;OPS secret3 operator";

    [Fact]
    public async Task Given_keys_when_a_request_is_signed_then_it_is_taken_for_its_account_and_others_are_not()
    {
        await using var gateway = await GatewayHost.StartAsync(GatewayHost.NobodyThere, clock: null, Keys);

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(gateway, "AKIDEXAMPLE", "secret")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(gateway, "222222222222", "secret2")).Status);
        Assert.Equal(["111111111111", "222222222222"], gateway.Bus.Sent.Select(command => command.Account));
        foreach (var (key, secret, type) in new[]
        {
            ("AKIDEXAMPLE", "other", "InvalidSignatureException"),
            ("333333333333", "secret", "UnrecognizedClientException"),
        })
        {
            var (status, text) = await PostAsync(gateway, key, secret);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains($"\"__type\":\"{type}\"", text, StringComparison.Ordinal);
        }

        using var unsigned = await gateway.CallAsync("ListClusters", "{}");
        Assert.Equal(HttpStatusCode.BadRequest, unsigned.StatusCode);
        Assert.Contains("MissingAuthenticationTokenException", await unsigned.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(2, gateway.Bus.Sent.Count);
    }

    [Fact]
    public async Task Given_keys_when_the_gateway_s_clock_is_off_then_what_is_signed_now_is_refused()
    {
        await using var gateway = await GatewayHost.StartAsync(GatewayHost.NobodyThere, new LateClock(), Keys);

        var (status, text) = await PostAsync(gateway, "AKIDEXAMPLE", "secret");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("Signature expired", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/log?after=0"), InlineData("GET", "/history?of=x"), InlineData("GET", "/explain/x")]
    [InlineData("POST", "/at/1"), InlineData("GET", "/state?at=1"), InlineData("GET", "/dead-letters"), InlineData("GET", "/dead-letters/1")]
    [InlineData("POST", "/dead-letters/1/resend")]
    public async Task Given_keys_when_another_way_in_is_tried_without_one_then_it_is_forbidden(string method, string path)
    {
        await using var gateway = await GatewayHost.StartAsync(GatewayHost.NobodyThere, clock: null, Keys);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var reply = await gateway.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
        Assert.Contains("MissingAuthenticationToken", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory, InlineData("/"), InlineData("/health/live")]
    public async Task Given_keys_when_what_shows_nothing_is_asked_then_nobody_needs_one(string path)
    {
        await using var gateway = await GatewayHost.StartAsync(GatewayHost.NobodyThere, clock: null, Keys);

        using var reply = await gateway.Http.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }

    [Fact]
    public async Task Given_keys_when_dead_letters_are_asked_for_then_only_operators_may()
    {
        await using var gateway = await GatewayHost.StartAsync(GatewayHost.NobodyThere, clock: null, Keys);

        var (status, text) = await SendAsync(gateway, HttpMethod.Get, "/dead-letters", "AKIDEXAMPLE", "secret");

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("AccessDeniedException", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_question_about_the_past_when_passed_on_then_the_auditor_is_told_who_asks()
    {
        await using var auditor = await StartAuditorAsync();
        await using var gateway = await GatewayHost.StartAsync(auditor.Urls.Single(), clock: null, Keys);

        var (_, own) = await SendAsync(gateway, HttpMethod.Get, "/history?of=a%20b&x=1", "AKIDEXAMPLE", "secret");
        var (_, all) = await SendAsync(gateway, HttpMethod.Get, "/history?of=a%20b&x=1", "OPS", "secret3");

        Assert.Equal("111111111111 eu-west-1 true", own);
        Assert.Equal("000000000000 eu-west-1 ", all);
    }

    [Fact]
    public async Task Given_unsigned_access_beside_keys_when_asked_then_a_known_key_still_needs_its_secret()
    {
        await using var gateway = await GatewayHost.StartAsync(
            GatewayHost.NobodyThere, clock: null, Keys, "--ECS_UNSIGNED_ACCESS=true");

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(gateway, "333333333333", "any")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(gateway, "222222222222", "any")).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(gateway, "222222222222", "secret2")).Status);
    }

    [Theory, MemberData(nameof(AwsCli.Paths), MemberType = typeof(AwsCli))]
    public async Task Given_keys_when_the_aws_cli_asks_with_the_secret_then_it_is_answered_and_else_told_why(string aws)
    {
        await using var gateway = await GatewayHost.StartAsync(
            GatewayHost.NobodyThere, clock: null, "--ECS_ACCESS_KEYS=alice none 111111111111");
        await using var strange = await GatewayHost.StartAsync(
            GatewayHost.NobodyThere, clock: null, "--ECS_ACCESS_KEYS=alice other 111111111111");

        var good = await AwsCli.RunAsync(aws, gateway.Address, "list-clusters", "--max-items", "3");
        var bad = await AwsCli.RunAsync(aws, strange.Address, "list-clusters");

        Assert.True(good.ExitCode == 0, good.Errors);
        Assert.Equal("111111111111", Assert.Single(gateway.Bus.Sent).Account);
        Assert.NotEqual(0, bad.ExitCode);
        Assert.Contains("(InvalidSignatureException)", bad.Errors, StringComparison.Ordinal);
        Assert.Empty(strange.Bus.Sent);
    }

    internal static Task<(HttpStatusCode Status, string Text)> PostAsync(GatewayHost gateway, string key, string secret) =>
        SendAsync(gateway, HttpMethod.Post, "/", key, secret, "ListClusters", "{}");

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(
        GatewayHost gateway, HttpMethod method, string path, string key, string secret, string? operation = null, string body = "")
    {
        var address = new Uri(gateway.Address, path);
        var time = SignatureV4.Format(DateTimeOffset.UtcNow);
        List<KeyValuePair<string, string>> headers =
            [KeyValuePair.Create("Host", address.Authority), KeyValuePair.Create("X-Amz-Date", time)];
        if (operation is not null) headers.Add(KeyValuePair.Create("X-Amz-Target", Api.Operations.TargetPrefix + operation));
        var bytes = Encoding.UTF8.GetBytes(body);
        var signable = new SignableRequest(method.Method, address.AbsolutePath, address.Query.TrimStart('?'), headers, bytes);
        var scope = new CredentialScope(time[..8], "eu-west-1", "ecs");
        headers.Add(KeyValuePair.Create("Authorization", SignatureV4.Authorization(key, secret, time, scope, signable)));

        using var request = new HttpRequestMessage(method, address);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (operation is not null) request.Content = new ByteArrayContent(bytes);
        using var reply = await gateway.Http.SendAsync(request);
        return (reply.StatusCode, await reply.Content.ReadAsStringAsync());
    }

    private static async Task<WebApplication> StartAuditorAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapFallback("{**path}", http => http.Response.WriteAsync(string.Join(
            ' ',
            ((string[])[AskerHeaders.Account, AskerHeaders.Region, AskerHeaders.Limited])
                .Select(name => http.Request.Headers[name].ToString()))));
        await app.StartAsync();
        return app;
    }

    private sealed class LateClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + TimeSpan.FromMinutes(16);
    }
}
